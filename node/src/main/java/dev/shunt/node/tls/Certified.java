package dev.shunt.node.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.Set;

/** One certificate of a service, ready for handshakes. */
public final class Certified {

  private final SslContext context;
  private final HostNames<Boolean> names = new HostNames<>();

  Certified(SslContext context, Set<String> names) {
    this.context = context;
    this.names.add(names, true);
  }

  /** Whether the certificate is for a host, whose name is in lower case. */
  public boolean isFor(String host) {
    return names.find(host) != null;
  }

  SslHandler newHandler(ByteBufAllocator allocator) {
    SslHandler handler = context.newHandler(allocator);
    // The whole handshake has one deadline, and somebody else keeps it.
    handler.setHandshakeTimeoutMillis(0);
    return handler;
  }

  void ticketKeys(OpenSslSessionTicketKey[] keys) {
    if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
      sessions.setTicketKeys(keys);
    }
  }

  long resumed() {
    return context.sessionContext() instanceof OpenSslSessionContext sessions
        ? sessions.stats().ticketKeyResume()
        : 0;
  }

  void release() {
    ReferenceCountUtil.release(context);
  }
}
