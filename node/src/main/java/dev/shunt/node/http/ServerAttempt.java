package dev.shunt.node.http;

import dev.shunt.node.HttpService;
import org.jspecify.annotations.Nullable;

/**
 * Who has the request of an exchange now: a server, one after the other as attempts fail; or what
 * gives a response that a stage kept. One thread; used again for each request.
 */
final class ServerAttempt {

  private final ServiceLoop service;
  private @Nullable ServerSide side;
  private @Nullable ServerSlot slot;

  ServerAttempt(ServiceLoop service) {
    this.service = service;
  }

  /** The other side, if there is one. */
  @Nullable ServerSide side() {
    return side;
  }

  void side(ServerSide given) {
    side = given;
  }

  /** Whether it is a server that has the request. */
  boolean isOfServer() {
    return slot != null;
  }

  /**
   * Turns to a server.
   *
   * @param chosen its index among those of {@link HttpService#servers}
   */
  ServerSlot turnTo(int chosen) {
    ServerSlot to = service.slot(chosen);
    slot = to;
    return to;
  }

  /** Whether it takes more of the request now. */
  boolean keepsUp() {
    ServerSide to = side;
    return to == null || to.writable();
  }

  /** Bytes that wait for it. */
  long held() {
    ServerSide to = side;
    return to == null ? 0 : to.held();
  }

  /** Stops or resumes reading of it. */
  void reading(boolean wanted) {
    ServerSide from = side;
    if (from != null) {
      from.reading(wanted);
    }
  }

  /**
   * The server answered with a status.
   *
   * @param since when it had all that it was asked
   */
  void answered(int status, long since) {
    ServerSlot of = slot;
    if (of != null) {
      of.answered(status, since);
    }
  }

  /** It failed. */
  void failed() {
    ServerSlot of = slot;
    if (of != null) {
      of.failed();
    }
  }

  /** The client's side of a tunnel has ended. */
  void endTunnel() {
    ServerSide to = side;
    if (to != null) {
      to.endTunnel();
    }
  }

  /** Parts with a server that did its work; {@code reusable} if nothing of it is missing. */
  void done(boolean reusable, RequestBody body) {
    ServerSide used = leave();
    if (used != null) {
      used.done(reusable && body.wholeFor(used));
    }
  }

  /** Parts with a server whose connection is of no further use, and may be {@code open}. */
  void drop(boolean open) {
    ServerSide dropped = leave();
    if (dropped != null && open) {
      dropped.close();
    }
  }

  /** Parts with who has the request, if anybody. */
  @Nullable ServerSide leave() {
    ServerSide left = side;
    side = null;
    if (left != null) {
      left.leave();
    }
    ServerSlot of = slot;
    slot = null;
    if (of != null) {
      of.end();
    }
    return left;
  }
}
