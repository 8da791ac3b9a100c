package dev.shunt.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Where all sockets of one event loop receive datagrams: one buffer with room for {@value #BATCH}
 * of the longest, used again as soon as what came was copied on, which is at once. So no datagram
 * is cut off, and thousands of sockets cost no memory while nothing comes. One thread.
 */
final class ReceiveBuffer {

  /** Longer than any datagram: IPv4 carries 65,507 bytes, IPv6 65,527. */
  static final int LARGEST = 65_535;

  private static final int BATCH = 16;

  private @Nullable ByteBuf shared;
  private boolean closed;

  /** What a socket asks for a buffer. */
  RecvByteBufAllocator allocator() {
    return allocator(() -> {});
  }

  /**
   * What a socket asks for a buffer.
   *
   * @param atEnd told when a read found an end, before the socket's event is over
   */
  RecvByteBufAllocator allocator(Runnable atEnd) {
    return new DefaultMaxMessagesRecvByteBufAllocator() {
      @Override
      public MaxMessageHandle newHandle() {
        return new MaxMessageHandle() {
          @Override
          public void lastBytesRead(int bytes) {
            super.lastBytesRead(bytes);
            if (bytes < 0) {
              atEnd.run();
            }
          }

          @Override
          public int guess() {
            return LARGEST;
          }

          @Override
          public ByteBuf allocate(ByteBufAllocator allocator) {
            return take(allocator);
          }
        };
      }
    };
  }

  private ByteBuf take(ByteBufAllocator allocator) {
    ByteBuf one = shared;
    if (one == null && !closed) {
      one = allocator.directBuffer(BATCH * LARGEST, BATCH * LARGEST);
      shared = one;
    }
    // Some transports take several datagrams before the first is looked at.
    return one == null || one.refCnt() > 1
        ? allocator.directBuffer(LARGEST, LARGEST)
        : one.retain().clear();
  }

  void close() {
    closed = true;
    if (shared != null) {
      shared.release();
      shared = null;
    }
  }
}
