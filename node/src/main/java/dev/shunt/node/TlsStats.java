package dev.shunt.node;

import java.util.List;

/**
 * What happened to the TLS handshakes of a service's clients.
 *
 * @param handshakes that succeeded
 * @param resumed of these: by a ticket of this or another member; 0 with Java's own TLS
 * @param failed for what the client sent, or left unsent
 * @param timeouts that took longer than {@link TlsTermination#handshakeTimeout}
 * @param refused because {@link TlsTermination#handshakes} were under way
 * @param misdirected requests for a host that the client's connection is not for (421)
 * @param reloads of certificates after their files had changed
 * @param reloadErrors changes of files that could not be used; the former certificates stay
 * @param ocspStapled handshakes that had a good OCSP response to show
 * @param ocspMissing handshakes that had none, though there should be one
 * @param ocspUpdated good OCSP responses that were read or fetched
 * @param ocspFailed OCSP responses that did not come, or were not good
 * @param ocsp how it stands now with each certificate that has, or must have, an OCSP response
 */
public record TlsStats(
    long handshakes,
    long resumed,
    long failed,
    long timeouts,
    long refused,
    long misdirected,
    long reloads,
    long reloadErrors,
    long ocspStapled,
    long ocspMissing,
    long ocspUpdated,
    long ocspFailed,
    List<OcspStatus> ocsp) {

  public static final TlsStats NONE = new TlsStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of());

  public TlsStats {
    ocsp = List.copyOf(ocsp);
  }
}
