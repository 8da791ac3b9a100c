package dev.shunt.node.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One certificate of a service, ready for handshakes. */
public final class Certified {

  private final SslContext context;
  private final @Nullable OcspStaple staple;
  private final HostNames<Boolean> names = new HostNames<>();

  Certified(SslContext context, Set<String> names, @Nullable OcspStaple staple) {
    this.context = context;
    this.staple = staple;
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
    if (staple != null && handler.engine() instanceof ReferenceCountedOpenSslEngine engine) {
      byte[] response = staple.response();
      if (response != null) {
        engine.setOcspResponse(response);
      }
    }
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

  /** The OCSP response that goes with it, if one is to. */
  @Nullable OcspStaple staple() {
    return staple;
  }

  void release() {
    if (staple != null) {
      staple.close();
    }
    ReferenceCountUtil.release(context);
  }
}
