package dev.shunt.node.tls;

import dev.shunt.node.OcspStapling;
import dev.shunt.node.OcspStatus;
import dev.shunt.node.TlsKeyPair;
import io.netty.handler.ssl.OpenSsl;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the certificates of a service get their OCSP responses. */
final class Stapling implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Stapling.class);

  private final InstantSource clock;
  private final OcspMeters meters = new OcspMeters();
  private final @Nullable OcspResponder responder;
  private final boolean wanted;
  private final boolean possible;
  private final TlsLibrary library;

  Stapling(OcspStapling from, TlsLibrary library, InstantSource clock) {
    this.clock = clock;
    this.library = library;
    this.wanted = from != OcspStapling.OFF;
    this.possible = wanted && library == TlsLibrary.BORINGSSL && OpenSsl.isOcspSupported();
    this.responder = possible && from == OcspStapling.FETCH ? new OcspResponder() : null;
  }

  OcspMeters meters() {
    return meters;
  }

  /** Whether contexts of the library are to be made for it. */
  boolean possible() {
    return possible;
  }

  /**
   * What goes with a certificate, if anything.
   *
   * @param told gets whom to ask how it stands, if there is something to tell
   */
  @Nullable OcspStaple of(
      TlsKeyPair files, KeyMaterial material, Consumer<Supplier<OcspStatus>> told) {
    Path file = files.certificate();
    boolean must = OcspCertificate.mustStaple(material.chain().getFirst());
    Optional<OcspCertificate> known = OcspCertificate.of(material.chain());
    if (!possible || known.isEmpty()) {
      if (must || wanted) {
        String why =
            !wanted
                ? "ocsp is off"
                : !possible
                    ? library.label() + " cannot send any"
                    : "its issuer's certificate does not follow it in the file";
        OcspStatus status = OcspStatus.without(file, must, why);
        told.accept(() -> status);
        LOG.warn("{}: no OCSP response: {}{}", file, why, must ? OcspStaple.REFUSED : "");
      }
      return null;
    }
    Instant now = clock.instant();
    OcspStaple staple = new OcspStaple(file, known.get(), meters, responder, now);
    staple.read(files.ocspResponse(), now);
    told.accept(staple::status);
    return staple;
  }

  @Override
  public void close() {
    if (responder != null) {
      responder.close();
    }
  }
}
