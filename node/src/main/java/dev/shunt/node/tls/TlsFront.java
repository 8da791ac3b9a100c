package dev.shunt.node.tls;

import dev.shunt.node.OcspStapling;
import dev.shunt.node.OcspStatus;
import dev.shunt.node.TlsKeyPair;
import dev.shunt.node.TlsTermination;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS of a service towards its clients: its certificates as they are now, exchanged when their
 * files change and never for a connection that has begun, and its ticket keys.
 *
 * <p>{@link #begin} is for all event loops; {@link #keep} and {@link #close} are one thread's at a
 * time.
 */
public final class TlsFront implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TlsFront.class);

  private final String service;
  private final TlsTermination config;
  private final TlsLibrary library;
  private final boolean http2;
  private final Supplier<byte[]> secret;
  private final InstantSource clock;
  private final Stapling stapling;
  private final AtomicLong reloads = new AtomicLong();
  private final AtomicLong reloadErrors = new AtomicLong();
  private volatile CertificateSet current;

  /** Held while the certificates that count are exchanged, or asked. */
  private final Object counting = new Object();

  private long resumedBefore;
  private boolean closed;
  private List<String> stamps;
  private TicketKeys keys;
  private long period;

  /**
   * @param http2 whether clients are offered HTTP/2 (ALPN)
   * @param secret what ticket keys are derived from, the same on all members
   * @throws TlsFileException when a file cannot be used
   */
  public TlsFront(
      String service,
      TlsTermination config,
      TlsLibrary library,
      boolean http2,
      Supplier<byte[]> secret,
      InstantSource clock)
      throws TlsFileException {
    this.service = service;
    this.config = config;
    this.library = library;
    this.http2 = http2;
    this.secret = secret;
    this.clock = clock;
    this.stamps = stampsOf(config);
    this.keys = ticketKeys();
    this.stapling = new Stapling(config.ocsp(), library, clock);
    this.current = CertificateSet.read(config, library, http2, stapling);
    this.period = keys.period(clock.instant());
    current.ticketKeys(keys.of(period));
  }

  /** A handshake that begins. */
  public record Beginning(SslHandler handler, Certified certified) {}

  /**
   * Begins a handshake with the certificate for what the client calls the server, in lower case.
   */
  public Beginning begin(@Nullable String serverName, ByteBufAllocator allocator) {
    CertificateSet.Choice choice = current.begin(serverName, allocator);
    while (choice == null) {
      // It was exchanged between our looking and our asking.
      choice = current.begin(serverName, allocator);
    }
    return new Beginning(choice.handler(), choice.certified());
  }

  /** Changes what is due: keys with the time, certificates with their files. */
  public void keep() {
    List<String> now = stampsOf(config);
    if (!now.equals(stamps)) {
      stamps = now;
      reload();
    }
    for (OcspStaple staple : current.staples()) {
      staple.keep(clock.instant());
    }
    long due = keys.period(clock.instant());
    if (due != period) {
      period = due;
      current.ticketKeys(keys.of(period));
    }
  }

  private void reload() {
    try {
      TicketKeys freshKeys = ticketKeys();
      CertificateSet fresh = CertificateSet.read(config, library, http2, stapling);
      CertificateSet old = current;
      fresh.inherit(old);
      keys = freshKeys;
      period = keys.period(clock.instant());
      fresh.ticketKeys(keys.of(period));
      synchronized (counting) {
        resumedBefore += old.resumed();
        current = fresh;
      }
      old.release();
      reloads.incrementAndGet();
      LOG.info("service {}: certificates were read again", service);
    } catch (TlsFileException e) {
      reloadErrors.incrementAndGet();
      LOG.warn("service {}: certificates stay as they were: {}", service, e.getMessage());
    }
  }

  /**
   * A session is good for one service, and where clients are checked, only as long as the same
   * authorities vouch for them.
   */
  private TicketKeys ticketKeys() throws TlsFileException {
    StringBuilder binding = new StringBuilder(service).append('\0');
    binding.append(config.clientCertificates());
    if (config.clientAuthorities().isPresent()) {
      for (var authority : KeyMaterial.certificates(config.clientAuthorities().get())) {
        try {
          MessageDigest digest = MessageDigest.getInstance("SHA-256");
          binding
              .append('\0')
              .append(HexFormat.of().formatHex(digest.digest(authority.getEncoded())));
        } catch (GeneralSecurityException e) {
          throw new IllegalStateException("a certificate that was read can be hashed", e);
        }
      }
    }
    return new TicketKeys(secret, binding.toString(), config.ticketRotation());
  }

  /** Sessions that were resumed; also after the close. */
  public long resumed() {
    synchronized (counting) {
      return closed ? resumedBefore : resumedBefore + current.resumed();
    }
  }

  /** What is counted of OCSP responses. */
  public OcspMeters ocsp() {
    return stapling.meters();
  }

  /** How it stands with the OCSP response of each certificate that has, or must have, one. */
  public List<OcspStatus> ocspStatus() {
    return current.ocspStatus();
  }

  public long reloads() {
    return reloads.get();
  }

  public long reloadErrors() {
    return reloadErrors.get();
  }

  @Override
  public void close() {
    synchronized (counting) {
      if (!closed) {
        resumedBefore += current.resumed();
        closed = true;
      }
    }
    current.release();
    stapling.close();
  }

  /** What tells a file from a changed one, without reading it. */
  private static List<String> stampsOf(TlsTermination config) {
    List<String> stamps = new ArrayList<>();
    for (TlsKeyPair pair : config.certificates()) {
      stamps.add(stampOf(pair.certificate()));
      stamps.add(stampOf(pair.key()));
      if (config.ocsp() != OcspStapling.OFF) {
        stamps.add(stampOf(pair.ocspResponse()));
      }
    }
    config.clientAuthorities().ifPresent(path -> stamps.add(stampOf(path)));
    return stamps;
  }

  private static String stampOf(Path path) {
    try {
      BasicFileAttributes of = Files.readAttributes(path, BasicFileAttributes.class);
      return of.lastModifiedTime() + " " + of.size() + " " + of.fileKey();
    } catch (IOException e) {
      return "unreadable " + e.getClass().getName();
    }
  }
}
