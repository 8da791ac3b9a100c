package dev.shunt.node.http;

import dev.shunt.node.Exchange;
import dev.shunt.node.ExplainedRequest.Result;
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
  private final SessionGate gate;
  private final InetSocketAddress remote;

  private State state = State.IDLE;
  private HttpHead head = HttpHead.NONE;
  private RequestEntry entry;
  private @Nullable ServerConnection server;
  private @Nullable ServerSlot slot;
  private int status;
  private long start;
  private long sent;
  private boolean persists;
  private boolean upgrade;
  private boolean bodySent;

  HttpExchange(Client client, ServiceLoop service, InetSocketAddress remote) {
    this.client = client;
    this.service = service;
    this.worker = service.worker;
    this.remote = remote;
    this.entry = worker.history().none();
    this.relay = new ResponseRelay(this, client, service);
    this.choice = new ServerChoice(service, remote);
    this.gate = new SessionGate(service, client);
    this.stages = new StageCalls(this, service, remote, choice, relay);
  }

  // The request.

  /** Takes a complete head: checks it, passes it through the stages, and sends it to a server. */
  void begin(HttpHead received) throws HttpFault {
    head = received;
    options.strip(received);
    RequestRules.check(received);
    Secured.check(client, received, service.counters);
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
    if (given == null) {
      given = gate.refusal(choice.preferred() != Exchange.NO_SERVER, entry);
    }
    if (given != null) {
      deliver(given);
      return;
    }
    complete(received);
    dispatch();
  }

  private void open() {
    state = State.REQUEST;
    start = worker.now();
    boolean secure = client.secured() != null;
    entry = worker.history().begin(start, service, remote, secure);
    entry.request(head, client.stream() != null);
    choice.begin(head, entry);
    status = 0;
    bodySent = false;
    service.retries.request(start);
    service.counters.increment(Count.REQUESTS);
    service.counters.add(Count.ACTIVE, 1);
    client.deadline().clear();
  }

  /** Adds what servers are told by the node itself. */
  private void complete(HttpHead received) {
    service.forwarded.apply(received, client.peer(), client.secured() != null);
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
      return;
    }
    sent = worker.now();
    if (requestBody.complete()) {
      client.deadline().set(Deadline.Kind.RESPONSE, sent + service.timeouts.response);
    } else {
      client.deadline().set(Deadline.Kind.BODY, sent + service.timeouts.body);
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
    int chosen = choice.next();
    if (chosen != Exchange.NO_SERVER) {
      dispatch(chosen);
    } else {
      deliver(choice.none());
    }
  }

  private void dispatch(int chosen) {
    ServerSlot to = service.slot(chosen);
    to.begin();
    slot = to;
    ServerConnection idle = to.takeIdle();
    if (idle == null) {
      connect(to);
    } else {
      entry.reuses();
      idle.assign(this);
      send(idle);
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
      choice.notConnected(timedOut);
      serverFailed();
      dispatch();
    }
  }

  /** Parts with the server for a failure of its. */
  private void serverFailed() {
    ServerSlot of = slot;
    if (of != null) {
      of.failed();
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
    } catch (RuntimeException e) {
      filterFailed(e);
    }
  }

  private void filterFailed(RuntimeException e) {
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
    } else if (closed.reused() && mayRepeat() && choice.triesSameAgain()) {
      server = null;
      connect(closed.slot());
    } else {
      entry.result(Result.CLOSED_WITHOUT_RESPONSE);
      boolean again = service.retries.unanswered() && !closed.reused() && mayRepeat();
      serverFailed();
      int next = again ? choice.next() : Exchange.NO_SERVER;
      if (next == Exchange.NO_SERVER) {
        fail(502, "the server closed without a response");
      } else {
        dispatch(next);
      }
    }
  }

  private void endByClose(boolean broken) {
    try {
      if (!relay.endedByClose(broken)) {
        serverFailed();
        fail(502, "the server's response broke off");
      }
    } catch (RuntimeException e) {
      filterFailed(e);
    }
  }

  private boolean mayRepeat() {
    return !bodySent && RequestRules.mayRepeat(head, requestBody.complete());
  }

  /** Whether another server gets the request, because this one's response has such a status. */
  boolean triesAgainAfter(int refusal) {
    if (!service.retries.covers(refusal) || bodySent || !RequestRules.isIdempotent(head)) {
      return false;
    }
    entry.result(Result.RESPONDED);
    int next = choice.next();
    if (next == Exchange.NO_SERVER) {
      return false;
    }
    answered(refusal);
    status = 0;
    dropServer();
    dispatch(next);
    return true;
  }

  /** Passes the response's head through the stages; false when one failed. */
  boolean passStages(HttpHead response) {
    answered(response.status());
    entry.responded(worker.now(), status);
    boolean passed = stages.response(response);
    service.forwarded.responseId(response, entry);
    return passed;
  }

  private void answered(int by) {
    status = by;
    gate.answered(bodySent ? sent : start);
    ServerSlot of = slot;
    if (of != null) {
      of.answered(by, sent);
    }
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
    service.recordLatency(worker.now() - start);
    end();
    client.exchangeDone(keepClient);
  }

  boolean wantsUpgrade() {
    return upgrade;
  }

  /** The server agreed to another protocol: from now on bytes go both ways as they come. */
  void upgraded() {
    answered(101);
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
      gate.answered(bodySent ? sent : start);
      fail(504, "the server did not respond in time");
    }
  }

  /** Answers in the server's place, or breaks off if a response has begun. */
  private void fail(int code, String reason) {
    if (relay.headSent()) {
      service.counters.increment(Count.ABORTED);
      entry.answered(status, reason);
      end();
      client.reset();
      client.exchangeDone(false);
    } else {
      deliver(Answer.error(code, reason, entry.idText()));
    }
  }

  private void deliver(Answer given) {
    boolean keep = mayPersist();
    String connection = !keep ? "close" : head.http11() ? "" : "keep-alive";
    status = given.status();
    entry.answered(status, given.reason());
    service.counters.increment(Count.ofStatus(status));
    client.answer(given, !head.methodIs("HEAD"), connection);
    service.recordLatency(worker.now() - start);
    end();
    client.exchangeDone(keep);
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

  /** The client's encryption, if there is one. */
  @Nullable Secured secured() {
    return client.secured();
  }

  /** The status of the response, 0 as long as there is none. */
  int status() {
    return status;
  }

  /** When the request was complete, on the worker's clock. */
  long startNanos() {
    return start;
  }
}
