package dev.shunt.node.http;

import dev.shunt.node.Exchange;
import dev.shunt.node.ExplainedRequest.Result;

/**
 * What becomes of a request whose server gave it up: it goes to the same server once more, to
 * another one, or there is no response to be had. One thread.
 */
final class Failover {

  private final HttpExchange exchange;
  private final ServiceLoop service;
  private final ServerChoice choice;
  private final ResponseRelay relay;

  Failover(HttpExchange exchange, ServiceLoop service, ServerChoice choice, ResponseRelay relay) {
    this.exchange = exchange;
    this.service = service;
    this.choice = choice;
    this.relay = relay;
  }

  /** The server's side, which the exchange had, is closed. */
  void closed(ServerSide closed, HttpHead head) {
    RequestBody body = exchange.request().body;
    if (closed.unprocessed() && !body.sent() && !relay.started()) {
      unprocessed(closed);
    } else if (relay.started()) {
      endByClose(closed);
    } else if (closed.reused() && body.mayRepeat(head) && choice.triesSameAgain()) {
      exchange.attach(closed.slot(), null);
    } else {
      choice.result(Result.CLOSED_WITHOUT_RESPONSE);
      boolean another = service.retries.unanswered() && !closed.reused() && body.mayRepeat(head);
      exchange.serverFailed();
      int next = another ? choice.next() : Exchange.NO_SERVER;
      if (next == Exchange.NO_SERVER) {
        noResponse("the server closed without a response", closed);
      } else {
        exchange.dispatch(next);
      }
    }
  }

  /** A request of which nothing was done goes to the same server once more, then to others. */
  private void unprocessed(ServerSide closed) {
    if (choice.triesSameAgain()) {
      exchange.attach(closed.slot(), closed.slot().take(exchange));
    } else {
      choice.result(Result.CLOSED_WITHOUT_RESPONSE);
      exchange.serverFailed();
      exchange.dispatch();
    }
  }

  private void endByClose(ServerSide closed) {
    try {
      if (!relay.endedByClose(closed.broken())) {
        exchange.serverFailed();
        noResponse("the server's response broke off", closed);
      }
    } catch (RuntimeException | LinkageError e) {
      exchange.filterFailed(e);
    }
  }

  private void noResponse(String why, ServerSide closed) {
    exchange.failed(exchange.error(502, why), closed.givenUp());
  }

  /** Who gets the request because a response has such a status, or {@link Exchange#NO_SERVER}. */
  int nextAfter(int refusal, HttpHead head) {
    if (!service.retries.covers(refusal)
        || exchange.request().body.sent()
        || !RequestRules.isIdempotent(head)) {
      return Exchange.NO_SERVER;
    }
    choice.result(Result.RESPONDED);
    return choice.next();
  }
}
