package dev.shunt.node.cdn;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.compression.DecompressionException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Undoes a body's coding as it comes, and keeps nothing of what it gives. To be closed when the
 * body is over or broke off. For one body and one thread.
 */
final class BodyDecoder implements AutoCloseable {

  private final EmbeddedChannel codec;
  private Consumer<ByteBuffer> to = _ -> {};
  private boolean closed;

  /**
   * @param coding not {@link BodyCoding#IDENTITY}
   */
  BodyDecoder(BodyCoding coding) {
    codec = new EmbeddedChannel(coding.decoder(), new Giver());
  }

  /** Gives each part at once: a few bytes can become many. */
  private final class Giver extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf part = (ByteBuf) message;
      try {
        if (part.isReadable()) {
          to.accept(part.nioBuffer());
        }
      } finally {
        part.release();
      }
    }
  }

  /**
   * Takes a part.
   *
   * @throws RuntimeException when the body is not so coded
   */
  void decode(ByteBuffer in, Consumer<ByteBuffer> taker) {
    to = taker;
    if (in.hasRemaining()) {
      // The codec may keep what it can't take yet.
      codec.writeInbound(ByteBufAllocator.DEFAULT.buffer(in.remaining()).writeBytes(in));
    }
  }

  /** The body is over. */
  void end(Consumer<ByteBuffer> taker) {
    to = taker;
    codec.finish();
    close();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      to = _ -> {};
      try {
        codec.finishAndReleaseAll();
      } catch (DecompressionException e) {
        // Told when the part came; what the codec keeps is released nevertheless.
      }
    }
  }
}
