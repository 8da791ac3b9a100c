package dev.shunt.node.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A request's body on its way to the server. One thread; used again for each request. */
final class RequestBody {

  private final BodyReader reader = new BodyReader();
  private final Pace pace;
  private boolean sent;
  private boolean ended;
  private @Nullable HttpHead endedWith;

  /**
   * @param rate bytes a second that are to come
   */
  RequestBody(int rate) {
    this.pace = new Pace(rate);
  }

  /**
   * @param maxBytes of a body; 0 is without a limit
   * @param endsApart whether {@link #ends} will tell its end, unless it is chunked
   */
  void begin(HttpHead head, long maxBytes, boolean endsApart) throws HttpFault {
    Framing.ofRequest(head, reader, maxBytes);
    if (endsApart) {
      reader.endsApart();
    }
    sent = false;
    ended = false;
    endedWith = null;
    pace.restart();
  }

  boolean isEmpty() {
    return reader.isEmpty();
  }

  boolean complete() {
    return reader.complete();
  }

  /** Whether nothing of it is missing to a server, which needs to be told its end or not. */
  boolean wholeFor(ServerSide to) {
    return to.framesBodies() ? reader.complete() : reader.whole();
  }

  /**
   * After the bytes that are passed on next, of which there may be none, it ends.
   *
   * @param trailers for servers that have room for them; valid until that has been passed on
   */
  void ends(@Nullable HttpHead trailers) {
    ended = true;
    endedWith = trailers;
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
      endIfTold();
      if (part != null || reader.complete()) {
        sent = true;
        to.body(part, reader);
        client.updateReading();
      }
      return;
    }
    ByteBuf part = reader.verbatim(in, client.allocator());
    endIfTold();
    if (part != null && to != null) {
      sent = true;
      to.write(part);
      client.updateReading();
    } else if (part != null) {
      part.release();
    }
  }

  private void endIfTold() throws HttpFault {
    if (ended && !reader.complete()) {
      reader.end(endedWith);
    }
  }

  /**
   * Whether the request can be sent again after a connection ended without a response: nothing of a
   * body is gone, and either the server cannot have carried it out (its body is missing), or doing
   * it twice does no harm.
   */
  boolean mayRepeat(HttpHead head) {
    return !sent && RequestRules.mayRepeat(head, reader.whole());
  }
}
