package dev.shunt.node;

/**
 * Where the proof comes from that a certificate is not revoked, which clients get in the handshake
 * (RFC 6066 section 8).
 */
public enum OcspStapling {
  /** There is none. */
  OFF,
  /** Of a file beside the certificate's, with the same name and {@code .ocsp} behind it: DER. */
  FILE,
  /** Of the responder that the certificate names; of the file until that has answered. */
  FETCH
}
