package dev.shunt.node.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What waits in memory for slow sides of all of a node's connections, as its event loops found it
 * when they looked last, and whether that is too much. For all threads.
 */
final class Backlog {

  /** Of the limit, kept for what is under way: nothing new is taken while less is left. */
  private static final int KEPT = 8;

  private final long limit;
  private final AtomicLong bytes = new AtomicLong();

  Backlog(long limit) {
    this.limit = limit;
  }

  /** An event loop has found so much more than before, or less. */
  void changed(long by) {
    bytes.addAndGet(by);
  }

  long bytes() {
    return bytes.get();
  }

  long limit() {
    return limit;
  }

  /** Whether nothing new is to be taken. */
  boolean crowded() {
    return bytes.get() > limit - limit / KEPT;
  }

  /** How much of it has to go, of what one event loop has. */
  long excess(long of) {
    long all = bytes.get();
    return all <= limit ? 0 : (long) Math.ceil((double) (all - limit) * of / all);
  }

  /** What a connection has been told to send and has not sent. On its event loop. */
  static long of(@Nullable Channel channel) {
    ChannelOutboundBuffer waiting = channel == null ? null : channel.unsafe().outboundBuffer();
    return waiting == null ? 0 : waiting.totalPendingWriteBytes();
  }
}
