package dev.shunt.node.tls;

/** An OCSP response that cannot be shown to clients, and why. */
final class OcspException extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean revoked;

  OcspException(String message, boolean revoked) {
    super(message);
    this.revoked = revoked;
  }

  /** Whether the certificate's own authority took it back. */
  boolean revoked() {
    return revoked;
  }
}
