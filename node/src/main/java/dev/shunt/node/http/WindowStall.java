package dev.shunt.node.http;

import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/** Finds out that a client lets nothing, or too little, through a stream's window. */
final class WindowStall {

  private final Http2ClientConnection connection;
  private final Pace pace;
  private final long limit;
  private int window;
  private long opened;
  private boolean waiting;

  WindowStall(Http2ClientConnection connection, ServiceLoop service) {
    this.connection = connection;
    this.pace = new Pace(service.limits.clientRate());
    this.limit = service.timeouts.writeStall;
  }

  /** Forgets the stream before. */
  void restart() {
    waiting = false;
  }

  /** The client has opened the window by so much. */
  void opened(int by) {
    opened += by;
  }

  /** Whether too little went through for too long, while something waits for it. */
  boolean passed(@Nullable Http2Stream of, long now) {
    if (of == null
        || connection.windows().isWritable(of)
        || !connection.windows().hasFlowControlled(of)) {
      waiting = false;
      return false;
    }
    int before = window;
    window = connection.windows().windowSize(of);
    if (waiting) {
      // What the window lost of what it had and got is what was sent.
      pace.moved(Math.max(0, before + opened - window));
    } else {
      waiting = true;
      pace.restart();
    }
    opened = 0;
    return pace.tooSlow(now, true, limit);
  }
}
