package dev.shunt.node.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A request's body on its way to the server. One thread; used again for each request. */
final class RequestBody {

  private final BodyReader reader = new BodyReader();
  private final Pace pace;
  private boolean sent;

  /**
   * @param rate bytes a second that are to come
   */
  RequestBody(int rate) {
    this.pace = new Pace(rate);
  }

  /**
   * @param maxBytes of a body; 0 is without a limit
   */
  void begin(HttpHead head, long maxBytes) throws HttpFault {
    Framing.ofRequest(head, reader, maxBytes);
    sent = false;
    pace.restart();
  }

  boolean isEmpty() {
    return reader.isEmpty();
  }

  boolean complete() {
    return reader.complete();
  }

  /** Whether the server has got any of it. */
  boolean sent() {
    return sent;
  }

  /** Passes on what there is of it, in the way that the server takes it. */
  void pass(ByteBuf in, @Nullable ServerSide to, Client client) throws HttpFault {
    int before = in.readableBytes();
    passTo(in, to, client);
    pace.moved(before - in.readableBytes());
  }

  /** Whether it is awaited and comes too slowly; then nothing else of the client is awaited. */
  boolean lags(Client client, ServiceLoop service, long now) {
    Deadline deadline = client.deadline();
    if (!deadline.awaits(Deadline.Kind.BODY)
        || !pace.tooSlow(now, !client.readingPaused(), service.timeouts.body)) {
      return false;
    }
    service.counters.increment(Count.SLOW_CLIENTS);
    return true;
  }

  private void passTo(ByteBuf in, @Nullable ServerSide to, Client client) throws HttpFault {
    if (to != null && to.framesBodies()) {
      ByteBuf part = reader.data(in);
      if (part != null || reader.complete()) {
        sent = true;
        to.body(part, reader);
        client.updateReading();
      }
      return;
    }
    ByteBuf part = reader.verbatim(in, client.allocator());
    if (part != null && to != null) {
      sent = true;
      to.write(part);
      client.updateReading();
    } else if (part != null) {
      part.release();
    }
  }

  /**
   * Whether the request can be sent again after a connection ended without a response: nothing of a
   * body is gone, and either the server cannot have carried it out (its body is missing), or doing
   * it twice does no harm.
   */
  boolean mayRepeat(HttpHead head) {
    return !sent && RequestRules.mayRepeat(head, reader.complete());
  }
}
