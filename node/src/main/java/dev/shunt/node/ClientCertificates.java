package dev.shunt.node;

/** Whether clients are asked for a certificate. */
public enum ClientCertificates {
  /** They are not asked. */
  NONE,
  /**
   * They are asked; one that has none is served, one with a certificate that is not valid is not.
   */
  OPTIONAL,
  /** One without a valid certificate is not served. */
  REQUIRED
}
