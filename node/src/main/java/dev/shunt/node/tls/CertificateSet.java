package dev.shunt.node.tls;

import dev.shunt.node.ClientCertificates;
import dev.shunt.node.OcspStatus;
import dev.shunt.node.TlsKeyPair;
import dev.shunt.node.TlsTermination;
import dev.shunt.node.TlsVersion;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of a service as they were in the files at one time. Counts who uses it: the last
 * one frees the library's memory.
 */
final class CertificateSet {

  /** A handshake's handler, and the certificate that it shows. */
  record Choice(SslHandler handler, Certified certified) {}

  private static final List<String> TLS_1_3 =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  private final List<Certified> all = new ArrayList<>();
  private final HostNames<Certified> byName = new HostNames<>();
  private final List<Supplier<OcspStatus>> ocsp = new ArrayList<>();
  private final AtomicInteger users = new AtomicInteger(1);

  private CertificateSet() {}

  /**
   * Reads all files of a configuration.
   *
   * @throws TlsFileException for the first that cannot be used
   */
  static CertificateSet read(
      TlsTermination config, TlsLibrary library, boolean http2, Stapling stapling)
      throws TlsFileException {
    CertificateSet set = new CertificateSet();
    boolean complete = false;
    try {
      List<X509Certificate> authorities =
          config.clientAuthorities().isPresent()
              ? KeyMaterial.certificates(config.clientAuthorities().get())
              : List.of();
      for (TlsKeyPair files : config.certificates()) {
        KeyMaterial material = KeyMaterial.read(files);
        try {
          set.add(
              material,
              context(config, library, http2, stapling, material, authorities),
              stapling.of(files, material, set.ocsp::add));
        } catch (SSLException | IllegalArgumentException e) {
          throw new TlsFileException(
              files.certificate(),
              "not usable with its key: " + e.getMessage(),
              "a certificate and key for TLS servers");
        }
      }
      complete = true;
      return set;
    } finally {
      if (!complete) {
        set.release();
      }
    }
  }

  private static SslContext context(
      TlsTermination config,
      TlsLibrary library,
      boolean http2,
      Stapling stapling,
      KeyMaterial material,
      List<X509Certificate> authorities)
      throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forServer(
                material.key(), material.chain().toArray(X509Certificate[]::new))
            .sslProvider(library.provider())
            .protocols(protocols(config.minVersion()))
            .ciphers(ciphers(config), SupportedCipherSuiteFilter.INSTANCE)
            .sessionTimeout(config.ticketRotation().toSeconds())
            .applicationProtocolConfig(alpn(http2))
            .enableOcsp(stapling.possible())
            .clientAuth(clientAuth(config.clientCertificates()));
    if (!authorities.isEmpty()) {
      builder.trustManager(authorities);
    }
    return builder.build();
  }

  private static String[] protocols(TlsVersion least) {
    return Arrays.stream(TlsVersion.values())
        .filter(version -> version.compareTo(least) >= 0)
        .map(TlsVersion::label)
        .toArray(String[]::new);
  }

  private static List<String> ciphers(TlsTermination config) {
    List<String> ciphers = new ArrayList<>(TLS_1_3);
    ciphers.addAll(config.ciphers().isEmpty() ? TlsTermination.CIPHERS : config.ciphers());
    return ciphers;
  }

  private static ApplicationProtocolConfig alpn(boolean http2) {
    return new ApplicationProtocolConfig(
        ApplicationProtocolConfig.Protocol.ALPN,
        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
        http2
            ? List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)
            : List.of(ApplicationProtocolNames.HTTP_1_1));
  }

  private static ClientAuth clientAuth(ClientCertificates asked) {
    return switch (asked) {
      case NONE -> ClientAuth.NONE;
      case OPTIONAL -> ClientAuth.OPTIONAL;
      case REQUIRED -> ClientAuth.REQUIRE;
    };
  }

  private void add(KeyMaterial material, SslContext context, @Nullable OcspStaple staple) {
    Certified certified = new Certified(context, material.names(), staple);
    all.add(certified);
    byName.add(material.names(), certified);
  }

  /** Begins a handshake with the certificate for a name; null when this set is no longer in use. */
  @Nullable Choice begin(@Nullable String serverName, ByteBufAllocator allocator) {
    if (users.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
      return null;
    }
    try {
      Certified named = serverName == null ? null : byName.find(serverName);
      Certified certified = named == null ? all.getFirst() : named;
      return new Choice(certified.newHandler(allocator), certified);
    } finally {
      release();
    }
  }

  /** What goes with the certificates. */
  List<OcspStaple> staples() {
    return all.stream().map(Certified::staple).filter(Objects::nonNull).toList();
  }

  List<OcspStatus> ocspStatus() {
    return ocsp.stream().map(Supplier::get).toList();
  }

  /** Takes over from its predecessor what is still good. */
  void inherit(CertificateSet before) {
    for (OcspStaple mine : staples()) {
      before.staples().forEach(mine::inherit);
    }
  }

  void ticketKeys(OpenSslSessionTicketKey[] keys) {
    all.forEach(certified -> certified.ticketKeys(keys));
  }

  long resumed() {
    return all.stream().mapToLong(Certified::resumed).sum();
  }

  /** One user less; handshakes and connections that have begun hold what they need themselves. */
  void release() {
    if (users.decrementAndGet() == 0) {
      all.forEach(Certified::release);
    }
  }
}
