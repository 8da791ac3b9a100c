package dev.shunt.node.http;

import dev.shunt.node.Exchange;
import dev.shunt.node.ExplainedRequest.Result;
import dev.shunt.node.KeptResponse;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Error;
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
    /** A stage holds the request. */
    HELD,
    CONNECTING,
    /** The request's head is on its way to the server, or beyond. */
    SENT,
    TUNNEL
  }

  private final Client client;
  private final ServiceLoop service;
  private final Worker worker;
  private final ReceivedRequest request;
  private final ExchangeTimes times;
  private final ResponseRelay relay;
  private final StageCalls stages;
  private final ServerChoice choice;
  private final ServerAttempt attempt;
  private final Failover failover;
  private final SessionGate gate;
  private final Figures figures = new Figures();

  private State state = State.IDLE;
  private HttpHead head = HttpHead.NONE;
  private RequestEntry entry;

  HttpExchange(Client client, ServiceLoop service, InetSocketAddress remote) {
    this.client = client;
    this.service = service;
    this.worker = service.worker;
    this.times = new ExchangeTimes(client, service);
    this.request = new ReceivedRequest(service.limits.clientRate());
    this.entry = worker.history().none();
    this.relay = new ResponseRelay(this, client, service);
    this.choice = new ServerChoice(service, remote);
    this.attempt = new ServerAttempt(service);
    this.failover = new Failover(this, service, choice, relay);
    this.gate = new SessionGate(service, client);
    this.stages = new StageCalls(this, service, remote, choice, relay);
  }

  // The request.

  /** Takes a complete head: checks it, passes it through the stages, and sends it to a server. */
  void begin(HttpHead received) throws HttpFault {
    head = received;
    request.check(received, client, service);
    open();
    passed(stages.request(received));
  }

  /** The request has passed the stages, up to one that had enough. */
  private void passed(boolean well) {
    KeptResponse kept = stages.takeKept();
    Answer given = kept == null ? stages.answer() : gate.crowded(entry);
    if (!well) {
      fail(error(500, "a stage failed"), null);
    } else if (given != null) {
      deliver(given);
    } else if (kept != null) {
      replay(kept);
    } else if (stages.held()) {
      state = State.HELD;
    } else {
      toServer();
    }
  }

  private void toServer() {
    Answer refusal = gate.refusal(choice.preferred() != Exchange.NO_SERVER, entry);
    if (refusal == null) {
      request.complete(head, client, service, entry);
      dispatch();
    } else {
      deliver(refusal);
    }
  }

  /** Goes on with a request that a stage held. */
  void goOn() {
    state = State.REQUEST;
    times.goesOn();
    passed(stages.again(head));
    client.resume();
  }

  /** Gives what a stage kept, in a server's place. */
  private void replay(KeptResponse kept) {
    Replay from = new Replay(this, worker, kept);
    state = State.SENT;
    attempt.side(from);
    relay.begin(head.methodIs("HEAD"), head.http11(), service.keptLimits);
    from.start(client.stream() != null || client.writable());
  }

  /**
   * Whether a stage gives another response in the place of the server's, whose head it was shown.
   *
   * @param reusable whether nothing of the server's is missing
   */
  boolean isReplaced(boolean reusable) {
    KeptResponse kept = stages.takeKept();
    if (kept == null) {
      return false;
    }
    attempt.done(reusable, request.body);
    replay(kept);
    return true;
  }

  /** There is no response to be had of any server: what a stage kept may take its place. */
  void failed(Answer otherwise, @Nullable Http2Error given) {
    KeptResponse kept = relay.headSent() ? null : stages.failure();
    if (kept == null) {
      fail(otherwise, given);
    } else {
      choice.noServer();
      replay(kept);
    }
  }

  private void open() {
    state = State.REQUEST;
    figures.begin(worker.now());
    entry =
        worker.history().begin(figures.start(), service, choice.remote(), client.secured() != null);
    entry.request(head, client.stream() != null);
    choice.begin(head, entry);
    service.retries.request(figures.start());
    service.counters.increment(Count.REQUESTS);
    service.counters.add(Count.ACTIVE, 1);
    client.deadline().clear();
  }

  /** Whether the request's body can go on to the server now. */
  boolean takesBody() {
    return state == State.SENT && attempt.side() != null;
  }

  ReceivedRequest request() {
    return request;
  }

  void body(ByteBuf in) throws HttpFault {
    request.body.pass(in, attempt.side(), client);
    times.request(request.body.complete(), relay.headSent());
  }

  boolean serverKeepsUp() {
    return attempt.keepsUp();
  }

  /** Bytes that wait for the server. */
  long held() {
    return attempt.held();
  }

  // Servers.

  void dispatch() {
    int chosen = choice.next();
    if (chosen != Exchange.NO_SERVER) {
      dispatch(chosen);
    } else {
      failed(choice.none(), null);
    }
  }

  void dispatch(int chosen) {
    ServerSlot to = attempt.turnTo(chosen);
    ServerSide ready = to.take(this);
    to.begin();
    attach(to, ready);
  }

  void attach(ServerSlot to, @Nullable ServerSide ready) {
    if (ready == null) {
      state = State.CONNECTING;
      attempt.side(to.connect(this, client.ends()));
    } else {
      entry.reuses();
      send(ready);
    }
  }

  private void send(ServerSide to) {
    state = State.SENT;
    attempt.side(to);
    if (request.wantsUpgrade() && !to.takesWebSockets() && WebSockets.asks(head)) {
      refuse(501, "the server takes no WebSockets");
      return;
    }
    entry.result(Result.SENT);
    // Whatever was the case with the connection before. A stream's head needs no open window.
    to.reading(client.stream() != null || client.writable());
    relay.begin(head.methodIs("HEAD"), head.http11(), service.responseLimits);
    times.request(request.body.complete(), relay.headSent());
    to.send(head, request.body.complete(), client.allocator());
  }

  void connected(ServerSide connection) {
    send(connection);
    client.resume();
  }

  @SuppressWarnings("ReferenceEquality") // It is about this very connection.
  void connectFailed(ServerSide connection, boolean timedOut) {
    if (attempt.side() == connection && state == State.CONNECTING) {
      choice.notConnected(timedOut);
      serverFailed();
      dispatch();
      client.resume(); // The next server may have had a connection ready.
    }
  }

  /** Parts with the server for a failure of its. */
  void serverFailed() {
    attempt.failed();
    dropServer();
  }

  /** Parts with the server; its connection is of no further use. */
  private void dropServer() {
    attempt.drop(state != State.CONNECTING);
  }

  // The response.

  void serverRead(ByteBuf in) {
    try {
      relay.read(in);
    } catch (HttpFault fault) {
      responseInvalid();
    } catch (RuntimeException | LinkageError e) {
      filterFailed(e);
    }
  }

  /** Takes the response of the server. */
  ResponseRelay relay() {
    return relay;
  }

  /** The server broke the rules. */
  void responseInvalid() {
    service.counters.increment(Count.BAD_RESPONSES);
    entry.result(Result.INVALID_RESPONSE);
    serverFailed();
    failed(error(502, "the server's response is not valid"), null);
  }

  /** A watcher of the body failed, which goes on all the same. */
  void watcherFailed(Object watcher, Throwable e) {
    stages.failed(watcher, e);
  }

  void filterFailed(Throwable e) {
    stages.failed(relay, e);
    refuse(500, "a stage failed");
  }

  @SuppressWarnings("ReferenceEquality") // It is about this very connection.
  void serverClosed(ServerSide closed) {
    if (closed != attempt.side()) {
      return;
    }
    if (state == State.TUNNEL) {
      dropServer();
      end();
      client.closeAfterFlush();
    } else {
      failover.closed(closed, head);
    }
  }

  /** Whether another server gets the request, because this one's response has such a status. */
  boolean triesAgainAfter(int refusal) {
    int next = attempt.isOfServer() ? failover.nextAfter(refusal, head) : Exchange.NO_SERVER;
    if (next == Exchange.NO_SERVER) {
      return false;
    }
    answered(refusal);
    figures.status(0);
    dropServer();
    dispatch(next);
    return true;
  }

  private void answered(int by) {
    figures.status(by);
    if (attempt.isOfServer()) {
      gate.answered(times.since(request.body, figures));
      attempt.answered(by, times.sent());
    }
  }

  /** Passes the response's head through the stages; false when one failed. */
  boolean passStages(HttpHead response) {
    answered(response.status());
    if (attempt.isOfServer()) {
      entry.responded(worker.now(), response.status());
    } else {
      entry.answered(response.status(), "a stage had kept the response");
    }
    boolean passed = stages.response(response);
    service.forwarded.responseId(response, entry);
    return passed;
  }

  /** Whether the client's connection can outlast this response. */
  boolean mayPersist() {
    return request.persists() && client.mayPersist();
  }

  /** The response is complete and written. */
  void responseComplete(boolean serverReusable, boolean keepClient) {
    attempt.done(serverReusable, request.body);
    service.recordLatency(worker.now() - figures.start());
    end();
    client.exchangeDone(keepClient);
  }

  /** The server agreed to another protocol: from now on bytes go both ways as they come. */
  void upgraded() {
    answered(101);
    state = State.TUNNEL;
    service.counters.increment(Count.TUNNELS);
    client.upgraded();
  }

  void tunnel(ByteBuf bytes) {
    ServerSide to = attempt.side();
    if (to == null) {
      bytes.release();
    } else {
      to.write(bytes);
      client.updateReading();
    }
  }

  void clientWritabilityChanged(boolean writable) {
    if (state != State.CONNECTING) {
      attempt.reading(writable);
    }
  }

  void serverWritabilityChanged() {
    client.updateReading();
  }

  // Ends that nobody wished for.

  /** The client is gone. */
  void clientGone() {
    if (state == State.TUNNEL) {
      ServerSide left = attempt.leave();
      if (left != null) {
        left.closeAfterFlush();
      }
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
    fail(error(code, reason), null);
  }

  /** The client's side of a tunnel has ended. */
  void tunnelEnded() {
    attempt.endTunnel();
  }

  boolean inTunnel() {
    return state == State.TUNNEL;
  }

  void expired(Deadline.Kind kind, long now) {
    if (kind == Deadline.Kind.TUNNEL) {
      dropServer();
      end();
      client.reset(Http2Error.CANCEL);
      return;
    }
    if (times.waitsForClient(kind, now)) {
      return;
    }
    service.counters.increment(Count.TIMEOUTS);
    if (kind == Deadline.Kind.BODY && !client.readingPaused()) {
      refuse(408, "the request's body did not come in time");
    } else {
      entry.result(Result.TIMED_OUT);
      serverFailed();
      gate.answered(times.since(request.body, figures));
      failed(error(504, "the server did not respond in time"), null);
    }
  }

  Answer error(int code, String reason) {
    return Answer.error(code, reason, entry.idText());
  }

  /** Answers in the server's place, or breaks off: if a response has begun, or a code says more. */
  private void fail(Answer answer, @Nullable Http2Error given) {
    if (relay.headSent() || (given != null && client.prefersReset())) {
      service.counters.increment(Count.ABORTED);
      entry.answered(figures.status(), answer.reason());
      end();
      client.reset(given == null ? Http2Error.INTERNAL_ERROR : given);
      client.exchangeDone(false);
    } else {
      deliver(answer);
    }
  }

  private void deliver(Answer given) {
    boolean keep = mayPersist();
    String connection = !keep ? "close" : head.http11() ? "" : "keep-alive";
    figures.answered(given, !head.methodIs("HEAD"));
    entry.answered(given.status(), given.reason());
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
    choice.begin();
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
}
