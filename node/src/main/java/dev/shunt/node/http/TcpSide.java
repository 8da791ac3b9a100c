package dev.shunt.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One side of a relayed connection: what it takes, and whether it and we have said all. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class TcpSide {

  private final SocketChannel channel;
  private final @Nullable Supplier<ChannelFuture> farewell;
  private final Stall stall = new Stall(0);
  private boolean saidAll;
  private boolean finishing;
  private boolean finished;

  /**
   * @param farewell says to an encrypted side that nothing more is sent
   */
  TcpSide(SocketChannel channel, @Nullable Supplier<ChannelFuture> farewell) {
    this.channel = channel;
    this.farewell = farewell;
  }

  SocketChannel channel() {
    return channel;
  }

  /**
   * From now on it is read only when {@link #read} asks for it.
   *
   * <p>What Netty reads by itself it may also give up on in the middle, when reading is stopped and
   * the system has a read under way: then what that read has brought already is never followed by
   * the event at which it is flushed to the other side.
   */
  void readWhenAsked() {
    channel.config().setAutoRead(false);
  }

  /** Asks for what comes next: once, until the end of the read is told. */
  void read() {
    if (!channel.isInputShutdown()) {
      channel.read();
    }
  }

  boolean writable() {
    return channel.isWritable();
  }

  /** What is more than it takes is sent at once: after its end, a side is read without pause. */
  void write(ByteBuf bytes) {
    channel.write(bytes, channel.voidPromise());
    if (!channel.isWritable()) {
      channel.flush();
    }
  }

  void flush() {
    channel.flush();
  }

  void writabilityChanged() {
    stall.changed();
  }

  boolean stalled(long now, long limit) {
    return stall.passed(channel, now, limit);
  }

  /** It sends nothing more. */
  void saidAll() {
    saidAll = true;
  }

  boolean hasSaidAll() {
    return saidAll;
  }

  /** Sends what was written, then says that nothing more is sent, and tells when that is done. */
  void finish(Runnable done) {
    if (finishing) {
      return;
    }
    finishing = true;
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(sent -> {
          // An encrypted side that said all takes nothing more: then there is nobody to bid
          // farewell.
          if (farewell == null || !sent.isSuccess()) {
            shutDown(done);
          } else {
            farewell.get().addListener(said -> shutDown(done));
          }
        });
  }

  private void shutDown(Runnable done) {
    channel
        .shutdownOutput()
        .addListener(shut -> {
          finished = true;
          done.run();
        });
  }

  /** Whether it was told that nothing more is sent. */
  boolean finished() {
    return finished;
  }

  void close() {
    channel.close();
  }

  /** Ends without the word that what was sent is complete. */
  void reset() {
    if (channel.isActive()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    }
    ChannelHandlerContext first = channel.pipeline().firstContext();
    if (first == null) {
      channel.close();
    } else {
      first.close(); // Past an encryption, which would say that all was sent.
    }
  }
}
