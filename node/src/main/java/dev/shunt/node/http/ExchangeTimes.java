package dev.shunt.node.http;

/** By when an exchange must go on. */
final class ExchangeTimes {

  private final Client client;
  private final Worker worker;
  private final TimeoutNanos timeouts;
  private long sent;
  private long resumed;

  ExchangeTimes(Client client, ServiceLoop service) {
    this.client = client;
    this.worker = service.worker;
    this.timeouts = service.timeouts;
    this.resumed = worker.now();
  }

  /** The request goes on that a stage held; until then it waited for no server. */
  void goesOn() {
    resumed = worker.now();
  }

  /**
   * The request goes on.
   *
   * @param complete whether nothing more of it is awaited
   * @param answered whether the response has begun
   */
  void request(boolean complete, boolean answered) {
    if (answered) {
      response();
      return;
    }
    sent = worker.now();
    if (complete) {
      client.deadline().set(Deadline.Kind.RESPONSE, sent + timeouts.response);
    } else {
      client.deadline().set(Deadline.Kind.BODY, sent + timeouts.body);
    }
  }

  /** When the server was given the last that there is of the request. */
  long sent() {
    return sent;
  }

  /** Since when the client waits for the server and not the server for the client. */
  long since(RequestBody body, Figures figures) {
    if (body.sent()) {
      return sent;
    }
    return resumed - figures.start() > 0 ? resumed : figures.start();
  }

  /** The response goes on: its next part is awaited. */
  void response() {
    client.deadline().set(Deadline.Kind.RESPONSE_BODY, worker.now() + timeouts.responseBody);
  }

  /** Waits once more for a client that takes nothing; false when it is not that. */
  boolean waitsForClient(Deadline.Kind kind, long now) {
    if (kind != Deadline.Kind.RESPONSE_BODY || client.writable()) {
      return false;
    }
    client.deadline().set(kind, now + timeouts.responseBody);
    return true;
  }
}
