package dev.shunt.ops.admin.model;

import dev.shunt.node.OcspStatus;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How it stands, at the answering member, with the OCSP response that goes with a certificate.
 *
 * @param certificate its file
 * @param mustStaple whether clients refuse it without a response
 * @param state {@code good}, {@code none} (yet), {@code expired} or {@code revoked}
 * @param untilMillis when the response is, or was, too old, milliseconds since the epoch
 * @param nextTryMillis when the responder is asked again, likewise; absent where nobody is asked
 * @param lastError what went wrong since the last good response
 */
public record OcspReport(
    String service,
    String certificate,
    boolean mustStaple,
    String state,
    @Nullable Long untilMillis,
    @Nullable Long nextTryMillis,
    @Nullable String lastError) {

  /** As the node has it. */
  public static OcspReport of(String service, OcspStatus status) {
    return new OcspReport(
        service,
        status.certificate().toString(),
        status.mustStaple(),
        status.state().name().toLowerCase(Locale.ROOT),
        status.until().map(Instant::toEpochMilli).orElse(null),
        status.nextTry().map(Instant::toEpochMilli).orElse(null),
        status.lastError().orElse(null));
  }

  /** What an operator should look at; null when all is well. */
  public @Nullable String warning() {
    return mustStaple && !state.equals("good")
        ? "service %s: clients refuse %s: it must have an OCSP response, and that is %s"
            .formatted(service, certificate, state.equals("none") ? "missing" : state)
        : null;
  }
}
