package dev.shunt.node;

import java.nio.file.Path;

/**
 * Where a certificate and its private key lie; both are PEM.
 *
 * @param certificate the certificate itself first, then those that vouch for it
 * @param key its private key, without a passphrase
 */
public record TlsKeyPair(Path certificate, Path key) {

  /** Where an OCSP response for the certificate lies, if there is one. */
  public Path ocspResponse() {
    return certificate.resolveSibling(certificate.getFileName() + ".ocsp");
  }

  /** The same, with relative paths taken from a directory. */
  public TlsKeyPair in(Path directory) {
    return new TlsKeyPair(directory.resolve(certificate), directory.resolve(key));
  }
}
