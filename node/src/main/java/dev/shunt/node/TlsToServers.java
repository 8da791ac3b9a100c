package dev.shunt.node;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How connections to a service's servers are encrypted.
 *
 * @param authorities the file (PEM) of the authorities that vouch for the servers; absent: those
 *     that this host's Java trusts
 * @param name what the servers' certificates must be for, also sent as server name (SNI); absent:
 *     each server's IP address
 * @param verify whether certificates are checked at all
 * @param certificate what this node shows to servers that ask for a certificate
 */
public record TlsToServers(
    Optional<Path> authorities,
    Optional<String> name,
    boolean verify,
    Optional<TlsKeyPair> certificate) {

  /** The same, with relative paths taken from a directory. */
  public TlsToServers in(Path directory) {
    return new TlsToServers(
        authorities.map(directory::resolve),
        name,
        verify,
        certificate.map(pair -> pair.in(directory)));
  }
}
