package dev.shunt.node;

import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * What is known of a client's encrypted connection.
 *
 * @param version such as {@code TLSv1.3}
 * @param cipher its IANA name
 * @param serverName that the client asked for, in lower case
 * @param protocol that was agreed on (ALPN); absent where the client offered none
 * @param clientCertificate that was checked, if the client was asked for one and had it
 */
public record TlsSession(
    String version,
    String cipher,
    Optional<String> serverName,
    Optional<String> protocol,
    Optional<X509Certificate> clientCertificate) {}
