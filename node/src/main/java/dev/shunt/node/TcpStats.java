package dev.shunt.node;

/**
 * What happened to a service's connections before, or without, a request.
 *
 * @param proxyHeaders PROXY protocol headers that were believed
 * @param proxyErrors connections closed because theirs was bad
 * @param proxyTimeouts connections closed because theirs did not come in time
 * @param helloErrors connections closed because what came is no TLS client's greeting, or too long
 * @param helloTimeouts connections closed because it did not come in time
 * @param unknownNames connections closed because no server is for the name they asked for
 * @param idle relayed connections closed because nothing came for too long
 * @param tooOld relayed connections closed at the end of their lifetime
 */
public record TcpStats(
    long proxyHeaders,
    long proxyErrors,
    long proxyTimeouts,
    long helloErrors,
    long helloTimeouts,
    long unknownNames,
    long idle,
    long tooOld) {

  public static final TcpStats NONE = new TcpStats(0, 0, 0, 0, 0, 0, 0, 0);
}
