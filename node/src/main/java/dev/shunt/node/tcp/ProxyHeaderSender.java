package dev.shunt.node.tcp;

import dev.shunt.node.ProxyProtocol;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.Optional;

/**
 * Says first on a connection to a server for whom it is, before any encryption: the first in the
 * pipeline.
 *
 * <p>Whoever opened the connection is told before the pipeline is that it is open, and may write at
 * once; so the header goes before the first write, if that comes first.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
public final class ProxyHeaderSender extends ChannelDuplexHandler {

  private final byte[] header;

  /** See {@link ProxyHeaders#render}. */
  public ProxyHeaderSender(ProxyProtocol.Version version, Optional<ConnectionEnds> ends) {
    this.header = ProxyHeaders.render(version, ends);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.writeAndFlush(Unpooled.wrappedBuffer(header), context.voidPromise());
    context.pipeline().remove(this);
    context.fireChannelActive();
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    context.write(Unpooled.wrappedBuffer(header), context.voidPromise());
    context.write(message, promise);
    context.pipeline().remove(this);
  }
}
