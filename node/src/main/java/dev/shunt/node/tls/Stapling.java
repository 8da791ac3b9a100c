package dev.shunt.node.tls;

import dev.shunt.node.OcspStapling;
import dev.shunt.node.TlsKeyPair;
import io.netty.handler.ssl.OpenSsl;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the certificates of a service get their OCSP responses. */
final class Stapling implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Stapling.class);

  private final InstantSource clock;
  private final OcspMeters meters = new OcspMeters();
  private final @Nullable OcspResponder responder;
  private final boolean possible;

  Stapling(String service, OcspStapling from, TlsLibrary library, InstantSource clock) {
    this.clock = clock;
    this.possible =
        from != OcspStapling.OFF && library == TlsLibrary.BORINGSSL && OpenSsl.isOcspSupported();
    this.responder = possible && from == OcspStapling.FETCH ? new OcspResponder() : null;
    if (from != OcspStapling.OFF && !possible) {
      LOG.warn(
          "service {}: clients get no OCSP responses: {} cannot send any",
          service,
          library.label());
    }
  }

  OcspMeters meters() {
    return meters;
  }

  /** Whether contexts of the library are to be made for it. */
  boolean possible() {
    return possible;
  }

  /** What goes with a certificate, if anything. */
  @Nullable OcspStaple of(TlsKeyPair files, KeyMaterial material) {
    X509Certificate certificate = material.chain().getFirst();
    if (!possible) {
      if (OcspCertificate.mustStaple(certificate)) {
        LOG.warn("{} is refused by clients: it says that it must have an OCSP response", files);
      }
      return null;
    }
    Optional<OcspCertificate> known = OcspCertificate.of(material.chain());
    if (known.isEmpty()) {
      LOG.warn(
          "{}: no OCSP response, for its issuer's certificate does not follow it in the file",
          files.certificate());
      return null;
    }
    OcspStaple staple = new OcspStaple(known.get(), meters, responder, clock.instant());
    staple.read(files.ocspResponse(), clock.instant());
    return staple;
  }

  @Override
  public void close() {
    if (responder != null) {
      responder.close();
    }
  }
}
