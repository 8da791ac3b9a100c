package dev.shunt.node.http;

/** What is measured of one exchange after the other. */
final class Figures {

  private int status;
  private long start;
  private long sent;

  /** A request is complete. */
  void begin(long now) {
    start = now;
    status = 0;
    sent = 0;
  }

  /** A request gets this answer before it has begun. */
  void refused(long now, Answer given) {
    begin(now);
    answered(given, true);
  }

  /** The client gets this answer of the node itself. */
  void answered(Answer given, boolean withBody) {
    status = given.status();
    sent += given.bodyBytes(withBody);
  }

  /** The client gets, or has got, this status. */
  void status(int of) {
    status = of;
  }

  /** A part of the response's body goes to the client. */
  void sent(int bytes) {
    sent += bytes;
  }

  /** The status of the response, 0 as long as there is none. */
  int status() {
    return status;
  }

  /** When the request was complete, on the worker's clock. */
  long start() {
    return start;
  }

  /** Bytes of the response's body. */
  long sent() {
    return sent;
  }
}
