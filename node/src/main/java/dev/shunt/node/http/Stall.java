package dev.shunt.node.http;

import io.netty.channel.socket.SocketChannel;

/** Finds out that a client takes nothing, or too little, of what waits for it. */
final class Stall {

  private final Pace pace;
  private long bytes = -1;

  /**
   * @param rate bytes a second that are to be taken; 0 asks for something at all
   */
  Stall(int rate) {
    this.pace = new Pace(rate);
  }

  /**
   * The channel's writability has changed: what waited was taken, though as much may wait again
   * when it is looked at next.
   */
  void changed() {
    bytes = -1;
  }

  /** Whether too little was taken for {@code limit} nanoseconds, and too much waits to go on. */
  boolean passed(SocketChannel channel, long now, long limit) {
    if (channel.isWritable()) {
      bytes = -1;
      return false;
    }
    return behind(channel, now, limit);
  }

  /** The same, however little waits. */
  boolean behind(SocketChannel channel, long now, long limit) {
    long pending = Backlog.of(channel);
    if (bytes < 0) {
      pace.restart();
    } else if (pending < bytes) {
      pace.moved(bytes - pending);
    }
    bytes = pending;
    return pace.tooSlow(now, true, limit);
  }
}
