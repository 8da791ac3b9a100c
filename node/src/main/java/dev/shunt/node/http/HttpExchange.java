package dev.shunt.node.http;

import dev.shunt.node.Exchange;
import dev.shunt.node.ExplainedRequest.Result;
import dev.shunt.node.ExplainedRequest.Why;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One request of a client and its response; used again for the client's next request.
 *
 * <p>Chooses servers, tries again what is safe to try again, and answers in the server's place when
 * there is no response to be had.
 */
final class HttpExchange {

  /** How far the exchange is. */
  private enum State {
    IDLE,
    /** In the stages. */
    REQUEST,
    CONNECTING,
    /** The request's head is on its way to the server, or beyond. */
    SENT,
    TUNNEL
  }

  private final Client client;
  private final ServiceLoop service;
  private final Worker worker;
  private final ConnectionOptions options = new ConnectionOptions();
  private final BodyReader requestBody = new BodyReader();
  private final ResponseRelay relay;
  private final StageCalls stages;
  private final ServerChoice choice;
  private final Figures figures = new Figures();
  private final InetSocketAddress remote;

  private State state = State.IDLE;
  private HttpHead head = HttpHead.NONE;
  private RequestEntry entry;
  private @Nullable ServerConnection server;
  private @Nullable ServerSlot slot;
  private boolean persists;
  private boolean upgrade;
  private boolean bodySent;
  private boolean retriedStale;
  private boolean connectTimedOut;

  HttpExchange(Client client, ServiceLoop service, InetSocketAddress remote) {
    this.client = client;
    this.remote = remote;
    this.service = service;
    this.worker = service.worker;
    this.entry = worker.history().none();
    this.relay = new ResponseRelay(this, client, service);
    this.choice = new ServerChoice(service);
    this.stages = new StageCalls(this, service, remote, choice, relay);
  }

  // The request.

  /** Takes a complete head: checks it, passes it through the stages, and sends it to a server. */
  void begin(HttpHead received) throws HttpFault {
    head = received;
    options.strip(received);
    RequestRules.check(received);
    Secured.check(client.secured(), received, service.counters);
    Framing.ofRequest(received, requestBody, service.limits.bodyBytes());
    persists = options.persists(received);
    upgrade =
        options.upgrade()
            && received.http11()
            && requestBody.isEmpty()
            && UpgradeRule.allows(received);
    if (!received.http11()) {
      received.dropAll(KnownHeader.EXPECT);
    }
    open();
    if (!stages.request(received)) {
      fail(500, "a stage failed");
      return;
    }
    Answer given = stages.answer();
    if (given != null) {
      deliver(given);
      return;
    }
    complete(received);
    entry.preferred(choice.preferred(), stages.preferring());
    dispatch();
  }

  private void open() {
    state = State.REQUEST;
    figures.begin(worker.now());
    choice.begin(head);
    entry = worker.history().begin(figures.start(), service, remote, secure());
    entry.request(head, client.stream() != null);
    entry.rule(choice.rule());
    bodySent = false;
    retriedStale = false;
    connectTimedOut = false;
    service.counters.increment(Count.REQUESTS);
    service.counters.add(Count.ACTIVE, 1);
    client.deadline().clear();
  }

  /** Adds what servers are told by the node itself. */
  private void complete(HttpHead received) {
    service.forwarded.apply(received, client.peer(), secure());
    service.forwarded.requestId(received, client.peer(), entry);
    if (upgrade) {
      UpgradeRule.ask(received);
    }
    received.sendAs11();
  }

  /** Whether the request's body can go on to the server now. */
  boolean takesBody() {
    return state == State.SENT && server != null;
  }

  boolean requestComplete() {
    return requestBody.complete();
  }

  void body(ByteBuf in) throws HttpFault {
    ServerConnection to = server;
    ByteBuf part = requestBody.verbatim(in, client.allocator());
    if (part != null && to != null) {
      bodySent = true;
      to.write(part);
      client.updateReading();
    } else if (part != null) {
      part.release();
    }
    armRequest();
  }

  private void armRequest() {
    if (relay.headSent()) {
      armResponse();
    } else if (requestBody.complete()) {
      client.deadline().set(Deadline.Kind.RESPONSE, worker.now() + service.timeouts.response);
    } else {
      client.deadline().set(Deadline.Kind.BODY, worker.now() + service.timeouts.body);
    }
  }

  /** The response goes on: its next part is awaited. */
  void armResponse() {
    client
        .deadline()
        .set(Deadline.Kind.RESPONSE_BODY, worker.now() + service.timeouts.responseBody);
  }

  boolean serverKeepsUp() {
    ServerConnection to = server;
    return to == null || to.writable();
  }

  // Servers.

  private void dispatch() {
    boolean first = !choice.anyTried();
    int chosen = choice.next();
    if (chosen != Exchange.NO_SERVER) {
      ServerSlot to = service.slot(chosen);
      ServerConnection idle = to.takeIdle();
      Why why = first && chosen == choice.preferred() ? Why.PREFERRED : Why.BALANCED;
      entry.tries(chosen, why, to.active(), idle != null, worker.now());
      to.begin();
      slot = to;
      if (idle == null) {
        connect(to);
      } else {
        idle.assign(this);
        send(idle);
      }
    } else if (!choice.anyTried()) {
      service.counters.increment(Count.NO_SERVER);
      fail(503, "no server takes requests");
    } else if (connectTimedOut) {
      service.counters.increment(Count.TIMEOUTS);
      fail(504, "no server accepted a connection in time");
    } else {
      fail(502, "no server accepted a connection");
    }
  }

  private void connect(ServerSlot to) {
    state = State.CONNECTING;
    server = to.connect(this, client.ends());
  }

  private void send(ServerConnection to) {
    state = State.SENT;
    server = to;
    entry.result(Result.SENT);
    to.countRequest();
    // Whatever was the case with the connection before. A stream's head needs no open window.
    to.reading(client.stream() != null || client.writable());
    relay.begin(head.methodIs("HEAD"), head.http11());
    to.write(head.render(client.allocator(), 0));
    armRequest();
  }

  void connected(ServerConnection connection) {
    send(connection);
    client.resume();
  }

  void connectFailed(ServerConnection connection, boolean timedOut) {
    if (server == connection && state == State.CONNECTING) {
      connectTimedOut = timedOut;
      entry.result(timedOut ? Result.CONNECT_TIMED_OUT : Result.CONNECT_FAILED);
      serverFailed();
      dispatch();
    }
  }

  /** Parts with the server for a failure of its. */
  private void serverFailed() {
    ServerSlot of = slot;
    if (of != null) {
      of.counters.increment(ServerCount.ERRORS);
    }
    dropServer();
  }

  /** Parts with the server; its connection is of no further use. */
  private void dropServer() {
    ServerConnection dropped = server;
    server = null;
    if (dropped != null) {
      dropped.leave();
      if (state != State.CONNECTING) {
        dropped.close();
      }
    }
    freeSlot();
  }

  private void freeSlot() {
    ServerSlot of = slot;
    slot = null;
    if (of != null) {
      of.end();
    }
  }

  // The response.

  void serverRead(ServerConnection from, ByteBuf in) {
    try {
      relay.read(from, in);
    } catch (HttpFault fault) {
      service.counters.increment(Count.BAD_RESPONSES);
      entry.result(Result.INVALID_RESPONSE);
      serverFailed();
      fail(502, "the server's response is not valid");
    } catch (RuntimeException | LinkageError e) {
      filterFailed(e);
    }
  }

  private void filterFailed(Throwable e) {
    stages.failed(relay, e);
    dropServer();
    fail(500, "a stage failed");
  }

  void serverClosed(ServerConnection closed) {
    if (closed != server) {
      return;
    }
    if (state == State.TUNNEL) {
      dropServer();
      end();
      client.closeAfterFlush();
    } else if (relay.started()) {
      endByClose(closed.broken());
    } else if (closed.reused()
        && !retriedStale
        && RequestRules.mayRepeat(head, !requestBody.isEmpty(), bodySent)) {
      retriedStale = true;
      entry.result(Result.CLOSED_WITHOUT_RESPONSE);
      entry.tries(closed.slot().server, Why.AGAIN, closed.slot().active(), false, worker.now());
      service.counters.increment(Count.RETRIES);
      server = null;
      connect(closed.slot());
    } else {
      entry.result(Result.CLOSED_WITHOUT_RESPONSE);
      serverFailed();
      fail(502, "the server closed without a response");
    }
  }

  private void endByClose(boolean broken) {
    try {
      if (!relay.endedByClose(broken)) {
        serverFailed();
        fail(502, "the server's response broke off");
      }
    } catch (RuntimeException | LinkageError e) {
      filterFailed(e);
    }
  }

  /** Passes the response's head through the stages; false when one failed. */
  boolean passStages(HttpHead response) {
    figures.status(response.status());
    entry.responded(worker.now(), response.status());
    boolean passed = stages.response(response);
    service.forwarded.responseId(response, entry);
    return passed;
  }

  void stageFailed() {
    dropServer();
    fail(500, "a stage failed");
  }

  /** Whether the client's connection can outlast this response. */
  boolean mayPersist() {
    return persists && requestBody.complete() && client.mayPersist();
  }

  /** The response is complete and written. */
  void responseComplete(boolean serverReusable, boolean keepClient) {
    ServerConnection used = server;
    server = null;
    if (used != null) {
      used.leave();
      if (serverReusable && requestBody.complete() && !used.usedUp()) {
        used.reading(true);
        used.slot().putIdle(used, worker.now());
      } else {
        used.close();
      }
    }
    freeSlot();
    service.recordLatency(worker.now() - figures.start());
    end();
    client.exchangeDone(keepClient);
  }

  boolean wantsUpgrade() {
    return upgrade;
  }

  /** The server agreed to another protocol: from now on bytes go both ways as they come. */
  void upgraded() {
    figures.status(101);
    state = State.TUNNEL;
    service.counters.increment(Count.TUNNELS);
    client.upgraded();
  }

  void tunnel(ByteBuf bytes) {
    ServerConnection to = server;
    if (to == null) {
      bytes.release();
    } else {
      to.write(bytes);
      client.updateReading();
    }
  }

  void clientWritabilityChanged(boolean writable) {
    ServerConnection from = server;
    if (from != null && state != State.CONNECTING) {
      from.reading(writable);
    }
  }

  void serverWritabilityChanged() {
    client.updateReading();
  }

  // Ends that nobody wished for.

  /** The client is gone. */
  void clientGone() {
    if (state == State.TUNNEL) {
      ServerConnection left = server;
      server = null;
      if (left != null) {
        left.leave();
        left.closeAfterFlush();
      }
      freeSlot();
      end();
    } else if (state != State.IDLE) {
      service.counters.increment(Count.ABORTED);
      dropServer();
      end();
    }
  }

  /** The request's body is not valid. */
  void refuse(int code, String reason) {
    dropServer();
    fail(code, reason);
  }

  void expired(Deadline.Kind kind, long now) {
    if (kind == Deadline.Kind.RESPONSE_BODY && !client.writable()) {
      client.deadline().set(kind, now + service.timeouts.responseBody);
      return;
    }
    service.counters.increment(Count.TIMEOUTS);
    if (kind == Deadline.Kind.BODY && !client.readingPaused()) {
      refuse(408, "the request's body did not come in time");
    } else {
      entry.result(Result.TIMED_OUT);
      serverFailed();
      fail(504, "the server did not respond in time");
    }
  }

  /** Answers in the server's place, or breaks off if a response has begun. */
  private void fail(int code, String reason) {
    if (relay.headSent()) {
      service.counters.increment(Count.ABORTED);
      entry.answered(figures.status(), reason);
      end();
      client.reset();
      client.exchangeDone(false);
    } else {
      entry.answered(code, reason);
      deliver(Answer.error(code, reason, entry.idText()));
    }
  }

  private void deliver(Answer given) {
    boolean keep = mayPersist();
    figures.answered(given, !head.methodIs("HEAD"));
    String connection = !keep ? "close" : head.http11() ? "" : "keep-alive";
    entry.answered(given.status(), entry.reason());
    service.counters.increment(Count.ofStatus(given.status()));
    client.answer(given, !head.methodIs("HEAD"), connection);
    service.recordLatency(worker.now() - figures.start());
    end();
    client.exchangeDone(keep);
  }

  /** A request that no stage has seen was answered; its head may not have been complete. */
  @SuppressWarnings("ReferenceEquality") // There is one that stands for none.
  void refused(Answer given) {
    HttpHead empty = worker.takeHead().forRequest(service.requestLimits);
    head = head == HttpHead.NONE ? empty : head;
    figures.refused(worker.now(), given);
    choice.none();
    stages.refused();
    head = HttpHead.NONE;
    worker.giveBack(empty);
  }

  private void end() {
    service.counters.add(Count.ACTIVE, -1);
    worker.history().end(entry, worker.now());
    entry = worker.history().none();
    stages.end();
    relay.end();
    head = HttpHead.NONE;
    client.deadline().clear();
    state = State.IDLE;
  }

  boolean active() {
    return state != State.IDLE;
  }

  // What stages may know.

  /** Whether the request is in the stages. */
  boolean inStages() {
    return state == State.REQUEST;
  }

  HttpHead head() {
    return head;
  }

  Figures figures() {
    return figures;
  }

  Client client() {
    return client;
  }

  /** Whether the client's connection is encrypted. */
  boolean secure() {
    return client.secured() != null;
  }
}
