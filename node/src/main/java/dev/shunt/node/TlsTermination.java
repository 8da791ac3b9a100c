package dev.shunt.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a service takes the encryption off its clients' connections (claims A7, A8).
 *
 * @param certificates at least one; the first is for clients that name no server, or an unknown one
 * @param minVersion the oldest version that is spoken
 * @param ciphers of TLS 1.2, by their IANA names, most wanted first; empty takes all of {@link
 *     #CIPHERS}. Those of TLS 1.3 are always all on.
 * @param clientCertificates whether clients are asked for theirs
 * @param clientAuthorities the file (PEM) of the authorities whose client certificates are valid;
 *     present exactly if they are asked for
 * @param handshakeTimeout from the accepted connection to the end of the handshake; beyond: closed
 * @param handshakes that may be under way at once, shared evenly among the event loops; beyond:
 *     closed
 * @param ticketRotation how long tickets are made with one key; a ticket is good for at least that
 *     long and less than twice as long
 * @param ocsp what is shown of the certificates' state
 */
public record TlsTermination(
    List<TlsKeyPair> certificates,
    TlsVersion minVersion,
    List<String> ciphers,
    ClientCertificates clientCertificates,
    Optional<Path> clientAuthorities,
    Duration handshakeTimeout,
    int handshakes,
    Duration ticketRotation,
    OcspStapling ocsp) {

  public static final int MAX_CERTIFICATES = 1024;
  public static final int MAX_HANDSHAKES = 1_000_000;
  public static final int DEFAULT_HANDSHAKES = 4096;
  public static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
  public static final Duration MAX_HANDSHAKE_TIMEOUT = Duration.ofMinutes(5);
  public static final Duration DEFAULT_TICKET_ROTATION = Duration.ofHours(12);
  public static final Duration MIN_TICKET_ROTATION = Duration.ofMinutes(1);
  public static final Duration MAX_TICKET_ROTATION = Duration.ofDays(7);

  /** With forward secrecy and authenticated encryption, which is what HTTP/2 asks for too. */
  public static final List<String> CIPHERS =
      List.of(
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  public TlsTermination {
    certificates = List.copyOf(certificates);
    ciphers = List.copyOf(ciphers);
    Ranges.check("tls, certificates", certificates.size(), 1, MAX_CERTIFICATES);
    Ranges.check(
        "tls, handshake timeout", handshakeTimeout, Duration.ofMillis(1), MAX_HANDSHAKE_TIMEOUT);
    Ranges.check("tls, handshakes", handshakes, 1, MAX_HANDSHAKES);
    Ranges.check("tls, ticket rotation", ticketRotation, MIN_TICKET_ROTATION, MAX_TICKET_ROTATION);
    for (String cipher : ciphers) {
      if (!CIPHERS.contains(cipher)) {
        throw new IllegalArgumentException(
            "tls, ciphers: found '%s', allowed is one of %s".formatted(cipher, CIPHERS));
      }
    }
    if (clientAuthorities.isPresent() == (clientCertificates == ClientCertificates.NONE)) {
      throw new IllegalArgumentException(
          "tls, client certificates: found %s and authorities %s, allowed is both or neither"
              .formatted(clientCertificates, clientAuthorities));
    }
  }

  /** These certificates with everything else at its default. */
  public static TlsTermination of(TlsKeyPair... certificates) {
    return new TlsTermination(
        List.of(certificates),
        TlsVersion.TLS_1_2,
        List.of(),
        ClientCertificates.NONE,
        Optional.empty(),
        DEFAULT_HANDSHAKE_TIMEOUT,
        DEFAULT_HANDSHAKES,
        DEFAULT_TICKET_ROTATION,
        OcspStapling.OFF);
  }

  /** The same, asking clients for certificates. */
  public TlsTermination withClients(ClientCertificates asked, Path authorities) {
    return new TlsTermination(
        certificates,
        minVersion,
        ciphers,
        asked,
        Optional.of(authorities),
        handshakeTimeout,
        handshakes,
        ticketRotation,
        ocsp);
  }

  /** The same with other bounds of handshakes. */
  public TlsTermination withHandshakes(Duration timeout, int atOnce) {
    return new TlsTermination(
        certificates,
        minVersion,
        ciphers,
        clientCertificates,
        clientAuthorities,
        timeout,
        atOnce,
        ticketRotation,
        ocsp);
  }

  /** The same, with another proof that certificates are not revoked. */
  public TlsTermination withOcsp(OcspStapling other) {
    return new TlsTermination(
        certificates,
        minVersion,
        ciphers,
        clientCertificates,
        clientAuthorities,
        handshakeTimeout,
        handshakes,
        ticketRotation,
        other);
  }

  /** The same, with relative paths taken from a directory. */
  public TlsTermination in(Path directory) {
    return new TlsTermination(
        certificates.stream().map(pair -> pair.in(directory)).toList(),
        minVersion,
        ciphers,
        clientCertificates,
        clientAuthorities.map(directory::resolve),
        handshakeTimeout,
        handshakes,
        ticketRotation,
        ocsp);
  }
}
