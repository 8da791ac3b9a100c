package dev.shunt.node.tls;

import dev.shunt.node.ServerProtocol;
import dev.shunt.node.TlsTermination;
import dev.shunt.node.TlsToServers;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The TLS of a service towards its servers. For use by many threads. */
public final class TlsClient implements AutoCloseable {

  private final TlsToServers config;
  private final SslContext context;
  private final @Nullable TlsClient http1;

  /**
   * @param protocol that servers are offered (ALPN)
   * @throws TlsFileException when a file cannot be used
   */
  public TlsClient(TlsToServers config, ServerProtocol protocol, TlsLibrary library)
      throws TlsFileException {
    this.config = config;
    this.http1 =
        protocol == ServerProtocol.AUTO
            ? new TlsClient(config, ServerProtocol.HTTP1, library)
            : null;
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(library.provider())
            .protocols("TLSv1.3", "TLSv1.2")
            .ciphers(ciphers(), SupportedCipherSuiteFilter.INSTANCE)
            .endpointIdentificationAlgorithm(config.verify() ? "HTTPS" : null);
    if (protocol != ServerProtocol.HTTP1) {
      builder.applicationProtocolConfig(offered(protocol));
    }
    if (!config.verify()) {
      builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
    } else if (config.authorities().isPresent()) {
      builder.trustManager(KeyMaterial.certificates(config.authorities().get()));
    }
    if (config.certificate().isPresent()) {
      KeyMaterial own = KeyMaterial.read(config.certificate().get());
      builder.keyManager(own.key(), own.chain().toArray(X509Certificate[]::new));
    }
    try {
      this.context = builder.build();
    } catch (SSLException e) {
      throw new TlsFileException(
          config.certificate().map(pair -> pair.certificate()).orElse(Path.of("")),
          "not usable: " + e.getMessage(),
          "a certificate and key for TLS clients");
    }
  }

  private static ApplicationProtocolConfig offered(ServerProtocol protocol) {
    return new ApplicationProtocolConfig(
        ApplicationProtocolConfig.Protocol.ALPN,
        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
        protocol == ServerProtocol.AUTO
            ? List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)
            : List.of(ApplicationProtocolNames.HTTP_2));
  }

  /** The same for connections on which HTTP/1.1 is spoken in any case. */
  public TlsClient http1() {
    return http1 == null ? this : http1;
  }

  private static List<String> ciphers() {
    List<String> ciphers =
        new ArrayList<>(
            List.of(
                "TLS_AES_128_GCM_SHA256",
                "TLS_AES_256_GCM_SHA384",
                "TLS_CHACHA20_POLY1305_SHA256"));
    ciphers.addAll(TlsTermination.CIPHERS);
    return ciphers;
  }

  /** A handler for a connection to a server, whose certificate must be for it. */
  public SslHandler newHandler(
      ByteBufAllocator allocator, InetSocketAddress server, Duration timeout) {
    String name = config.name().orElseGet(() -> server.getAddress().getHostAddress());
    SslHandler handler = context.newHandler(allocator, name, server.getPort());
    handler.setHandshakeTimeoutMillis(timeout.toMillis());
    return handler;
  }

  @Override
  public void close() {
    if (http1 != null) {
      http1.close();
    }
    ReferenceCountUtil.release(context);
  }
}
