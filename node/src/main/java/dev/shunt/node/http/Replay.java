package dev.shunt.node.http;

import dev.shunt.node.KeptResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * Gives a response that a stage kept, as a server would: part by part, and no faster than the
 * client takes it. The body is not copied.
 */
final class Replay implements ServerSide {

  /** So much at once of a body. */
  private static final int PART = 65_536;

  private final HttpExchange exchange;
  private final Worker worker;
  private final byte[] head;
  private final byte[] body;
  private int at;
  private boolean reading;
  private boolean left;
  private boolean resuming;

  Replay(HttpExchange exchange, Worker worker, KeptResponse kept) {
    this.exchange = exchange;
    this.worker = worker;
    this.body = kept.body();
    this.head = head(kept);
  }

  private static byte[] head(KeptResponse kept) {
    int status = kept.status();
    byte[] lines = kept.lines();
    String start = "HTTP/1.1 " + status + " " + Answer.reasonOf(status) + "\r\n";
    String end =
        status == 204 || status == 304
            ? "\r\n"
            : "Content-Length: " + kept.body().length + "\r\n\r\n";
    byte[] head = new byte[start.length() + lines.length + end.length()];
    copy(start, head, 0);
    System.arraycopy(lines, 0, head, start.length(), lines.length);
    copy(end, head, start.length() + lines.length);
    return head;
  }

  private static void copy(String text, byte[] to, int from) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, to, from, bytes.length);
  }

  /**
   * Gives the head, and what the client takes of the body.
   *
   * @param wanted whether it takes any
   */
  void start(boolean wanted) {
    reading = wanted;
    ByteBuf first = Unpooled.wrappedBuffer(head);
    give(wanted ? Unpooled.wrappedBuffer(first, nextPart()) : first);
    pump();
  }

  private ByteBuf nextPart() {
    int from = at;
    at = Math.min(body.length, from + PART);
    return Unpooled.wrappedBuffer(body, from, at - from);
  }

  private void give(ByteBuf part) {
    try {
      exchange.serverRead(part);
    } finally {
      part.release();
    }
  }

  private void pump() {
    while (reading && !left && at < body.length) {
      give(nextPart());
    }
  }

  /** Goes on in a task of its own: whoever calls may be in the middle of writing. */
  @Override
  public void reading(boolean wanted) {
    reading = wanted;
    if (wanted && !resuming && !left && at < body.length) {
      resuming = true;
      worker.eventLoop().execute(this::resume);
    }
  }

  private void resume() {
    resuming = false;
    pump();
    worker.flushPending();
  }

  @Override
  public ServerSlot slot() {
    throw new IllegalStateException("no server has this request");
  }

  @Override
  public void send(HttpHead request, boolean last, ByteBufAllocator allocator) {
    // It knows already what it will give.
  }

  @Override
  public void write(ByteBuf bytes) {
    bytes.release(); // Of a request's body nobody asked for.
  }

  @Override
  public boolean writable() {
    return true;
  }

  @Override
  public boolean reused() {
    return false;
  }

  @Override
  public boolean broken() {
    return false;
  }

  @Override
  public void leave() {
    left = true;
  }

  @Override
  public void done(boolean reusable) {
    left = true;
  }

  @Override
  public void close() {
    left = true;
  }

  @Override
  public void endTunnel() {
    left = true;
  }

  @Override
  public void closeAfterFlush() {
    left = true;
  }
}
