package dev.shunt.node.tls;

import dev.shunt.node.OcspStatus;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The OCSP response that goes with a certificate: as good as it is now, renewed long before it is
 * too old, and never shown afterwards. Whatever fails, handshakes go on without it.
 *
 * <p>{@link #response} is for all event loops, the rest for one thread at a time.
 */
final class OcspStaple {

  private static final Logger LOG = LoggerFactory.getLogger(OcspStaple.class);

  /** So long before its end a response is no longer shown: a handshake takes time. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  /** What a lack of it means to a certificate that must have one. */
  static final String REFUSED =
      "; clients refuse the certificate, which says that it must have one";

  private static final Duration SOONEST = Duration.ofSeconds(30);
  private static final int MOST_DOUBLINGS = 7;

  private final Path file;
  private final OcspCertificate of;
  private final boolean must;
  private final OcspMeters meters;
  private final @Nullable OcspResponder responder;
  private final @Nullable URI address;
  private @Nullable CompletableFuture<byte[]> asked;
  private Instant due;
  private int failures;
  private boolean revoked;
  private boolean lacking;
  private @Nullable Instant until;
  private @Nullable String error;
  private volatile @Nullable OcspResponse good;
  private volatile OcspStatus status;

  /**
   * @param file the certificate's
   * @param responder who asks, if somebody is to be asked
   */
  OcspStaple(
      Path file,
      OcspCertificate of,
      OcspMeters meters,
      @Nullable OcspResponder responder,
      Instant now) {
    this.file = file;
    this.of = of;
    this.must = OcspCertificate.mustStaple(of.certificate());
    this.meters = meters;
    this.responder = responder;
    this.address = of.responder().orElse(null);
    this.due = now;
    if (responder != null && address == null) {
      error = "it names no responder that is asked over http";
      LOG.warn("{}: {}", name(), error);
    }
    this.status = state();
  }

  /** How it stands; for all threads. */
  OcspStatus status() {
    return status;
  }

  private OcspStatus state() {
    OcspResponse shown = good;
    return new OcspStatus(
        file,
        must,
        shown != null
            ? OcspStatus.State.GOOD
            : revoked
                ? OcspStatus.State.REVOKED
                : until == null ? OcspStatus.State.NONE : OcspStatus.State.EXPIRED,
        Optional.ofNullable(until),
        responder == null || address == null ? Optional.empty() : Optional.of(due),
        Optional.ofNullable(error));
  }

  /** What clients that ask get; null for nothing. */
  byte @Nullable [] response() {
    OcspResponse shown = good;
    (shown == null ? meters.missing : meters.stapled).increment();
    return shown == null ? null : shown.encoded();
  }

  /** Takes what a file has; without one nothing happens. */
  void read(Path response, Instant now) {
    try {
      take(Files.readAllBytes(response), now);
    } catch (NoSuchFileException _) {
      if (responder == null) {
        failed("there is no " + response);
      }
    } catch (IOException e) {
      failed(response + " cannot be read: " + e);
    }
    status = state();
  }

  /** Takes over what the certificate had before it was read again. */
  void inherit(OcspStaple before) {
    if (good == null && before.of.equals(of)) {
      good = before.good;
      until = before.until;
      status = state();
    }
  }

  /** Does what is due. */
  void keep(Instant now) {
    OcspResponse shown = good;
    if (shown != null && !now.plus(MARGIN).isBefore(shown.until())) {
      good = null;
      LOG.warn("{}: its OCSP response is too old and no longer shown", name());
    }
    CompletableFuture<byte[]> running = asked;
    if (running != null && running.isDone()) {
      asked = null;
      if (running.isCompletedExceptionally()) {
        failed(address + ": " + running.exceptionNow());
      } else {
        take(running.resultNow(), now);
      }
      due = now.plus(pause(now));
    }
    if (responder != null && address != null && asked == null && !now.isBefore(due)) {
      asked = responder.ask(address, of.request());
    }
    status = state();
    tellIfLacking();
  }

  /** Not while the first answer is awaited. */
  private void tellIfLacking() {
    boolean lacks = status.refused() && (asked == null || failures > 0 || until != null);
    if (lacks && !lacking) {
      LOG.warn("{}: there is no OCSP response{}", name(), REFUSED);
    } else if (lacking && !status.refused()) {
      LOG.info("{}: there is an OCSP response again", name());
    }
    lacking = status.refused() && (lacks || lacking);
  }

  private void take(byte[] encoded, Instant now) {
    try {
      OcspResponse fresh = OcspResponse.verified(encoded, of, now);
      good = fresh;
      until = fresh.until();
      revoked = false;
      error = null;
      failures = 0;
      meters.updated.increment();
      LOG.info("{}: OCSP response good until {}", name(), fresh.until());
    } catch (OcspException e) {
      if (e.revoked()) {
        good = null;
        revoked = true;
      }
      failed(String.valueOf(e.getMessage()));
    }
  }

  private void failed(String why) {
    failures++;
    error = why;
    meters.failed.increment();
    LOG.warn("{}: no OCSP response: {}", name(), why);
  }

  /** Half to three quarters of the time that is left; after failures longer each time. */
  private Duration pause(Instant now) {
    OcspResponse shown = good;
    Duration pause =
        failures > 0 || shown == null
            ? SOONEST.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS)).dividedBy(2)
            : Duration.between(now, shown.until()).dividedBy(2);
    Duration jitter = Duration.ofMillis((long) (pause.toMillis() * jitter() / 2));
    Duration wanted = pause.plus(jitter);
    return wanted.compareTo(SOONEST) < 0 && failures == 0 ? SOONEST : wanted;
  }

  /** Members that began together shall not ask together. */
  private static double jitter() {
    return ThreadLocalRandom.current().nextDouble();
  }

  private String name() {
    return of.certificate().getSubjectX500Principal().getName();
  }

  void close() {
    Optional.ofNullable(asked).ifPresent(running -> running.cancel(true));
  }
}
