package dev.shunt.node.tcp;

import dev.shunt.node.ProxyProtocol;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Optional;

/** Says first on a connection to a server for whom it is, before any encryption. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
public final class ProxyHeaderSender extends ChannelInboundHandlerAdapter {

  private final byte[] header;

  /** See {@link ProxyHeaders#render}. */
  public ProxyHeaderSender(ProxyProtocol.Version version, Optional<ConnectionEnds> ends) {
    this.header = ProxyHeaders.render(version, ends);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.writeAndFlush(Unpooled.wrappedBuffer(header), context.voidPromise());
    context.fireChannelActive();
    context.pipeline().remove(this);
  }
}
