package dev.shunt.node;

/** A version of TLS; older ones than these are never spoken (RFC 8996). */
public enum TlsVersion {
  TLS_1_2("TLSv1.2"),
  TLS_1_3("TLSv1.3");

  private final String label;

  TlsVersion(String label) {
    this.label = label;
  }

  /** As Java calls it. */
  public String label() {
    return label;
  }
}
