package dev.shunt.node.http;

import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.SocketChannel;

/** Finds out that a client takes nothing of what waits for it. */
final class Stall {

  private long bytes = -1;
  private long since;

  /** Whether nothing was taken for {@code limit} nanoseconds, and too much waits to go on. */
  boolean passed(SocketChannel channel, long now, long limit) {
    if (channel.isWritable()) {
      bytes = -1;
      return false;
    }
    if (progressed(channel)) {
      since = now;
      return false;
    }
    return now - since >= limit;
  }

  /** Whether another number of bytes waits than when this was asked last. */
  boolean progressed(SocketChannel channel) {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    long pending = waiting == null ? 0 : waiting.totalPendingWriteBytes();
    boolean changed = pending != bytes;
    bytes = pending;
    return changed;
  }
}
