package dev.shunt.node;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * How it stands with the OCSP response that goes with a certificate.
 *
 * @param certificate its file
 * @param mustStaple whether clients refuse it without a response (RFC 7633)
 * @param until when the response is, or was, too old
 * @param nextTry when the responder is asked again; empty where nobody is asked
 * @param lastError what went wrong since the last response that was good
 */
public record OcspStatus(
    Path certificate,
    boolean mustStaple,
    State state,
    Optional<Instant> until,
    Optional<Instant> nextTry,
    Optional<String> lastError) {

  /** What clients are shown. */
  public enum State {
    /** A good response. */
    GOOD,
    /** Nothing, as there has been none yet. */
    NONE,
    /** Nothing, as what there was is too old. */
    EXPIRED,
    /** Nothing, as the certificate's own authority took it back. */
    REVOKED
  }

  /** A certificate that nobody looks after. */
  public static OcspStatus without(Path certificate, boolean mustStaple, String why) {
    return new OcspStatus(
        certificate, mustStaple, State.NONE, Optional.empty(), Optional.empty(), Optional.of(why));
  }

  /** Whether clients refuse the certificate as things stand. */
  public boolean refused() {
    return mustStaple && state != State.GOOD;
  }
}
