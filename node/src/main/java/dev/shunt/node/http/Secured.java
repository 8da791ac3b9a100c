package dev.shunt.node.http;

import dev.shunt.node.TlsSession;
import dev.shunt.node.tls.Certified;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** The encryption of one client connection, after its handshake. */
final class Secured {

  private final ChannelHandlerContext context;
  private final SslHandler handler;
  private final Certified certified;
  private final TlsSession session;
  private final byte[] serverName;

  /**
   * @param context of the {@code SslHandler}
   * @param serverName that the client asked for, in lower case
   */
  Secured(ChannelHandlerContext context, Certified certified, @Nullable String serverName) {
    this.context = context;
    this.handler = (SslHandler) context.handler();
    this.certified = certified;
    this.serverName =
        serverName == null ? new byte[0] : serverName.getBytes(StandardCharsets.ISO_8859_1);
    SSLSession java = handler.engine().getSession();
    this.session =
        new TlsSession(
            java.getProtocol(),
            java.getCipherSuite(),
            Optional.ofNullable(serverName),
            Optional.ofNullable(handler.applicationProtocol()),
            clientCertificate(handler.engine(), java));
  }

  /** Not asked for where there is none: the answer is an exception, 1 % of a handshake. */
  private static Optional<X509Certificate> clientCertificate(SSLEngine engine, SSLSession session) {
    if (!engine.getNeedClientAuth() && !engine.getWantClientAuth()) {
      return Optional.empty();
    }
    try {
      return Optional.of((X509Certificate) session.getPeerCertificates()[0]);
    } catch (SSLPeerUnverifiedException _) {
      return Optional.empty();
    }
  }

  TlsSession session() {
    return session;
  }

  /** On an encrypted connection, checks that the request is for a host that it is for. */
  static void check(Client client, HttpHead head, Counters counters) throws HttpFault {
    Secured secured = client.secured();
    if (secured != null && !secured.isFor(head)) {
      counters.increment(Count.MISDIRECTED);
      throw HttpFault.MISDIRECTED;
    }
  }

  /**
   * Ends the own side of a client's connection.
   *
   * @param connection null if it is not encrypted; else its client is told so first
   */
  @SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
  static void endOutput(@Nullable Secured connection, SocketChannel channel) {
    if (connection == null) {
      channel.shutdownOutput();
    } else {
      connection.closeOutbound().addListener(said -> channel.shutdownOutput());
    }
  }

  /**
   * Refuses a request for a host that the connection is not for.
   *
   * @param connection null if it is not encrypted
   */
  static void check(@Nullable Secured connection, HttpHead head, Counters counters)
      throws HttpFault {
    if (connection != null && !connection.isFor(head)) {
      counters.increment(Count.MISDIRECTED);
      throw HttpFault.MISDIRECTED;
    }
  }

  /**
   * Whether requests for the head's host belong on this connection (RFC 9110 section 7.4): the
   * client asked for that server, or was shown a certificate that is for it too, as one that uses a
   * connection for several hosts looks at. Who asked for no server is not held to any.
   */
  private boolean isFor(HttpHead head) {
    int host = head.indexOf(KnownHeader.HOST);
    if (serverName.length == 0 || host < 0) {
      return true;
    }
    int from = head.valueStart(host);
    int end = endOfName(head, from, head.valueEnd(host));
    if (sameAsServerName(head, from, end)) {
      return true;
    }
    return certified.isFor(head.text(from, end).toLowerCase(Locale.ROOT));
  }

  private boolean sameAsServerName(HttpHead head, int from, int end) {
    if (end - from != serverName.length) {
      return false;
    }
    for (int i = 0; i < serverName.length; i++) {
      if (HttpHead.lower(head.bytes[from + i]) != serverName[i]) {
        return false;
      }
    }
    return true;
  }

  /** Where the port begins, if there is one; a literal IPv6 address keeps its brackets. */
  private static int endOfName(HttpHead head, int from, int to) {
    int at = to;
    while (at > from && head.bytes[at - 1] >= '0' && head.bytes[at - 1] <= '9') {
      at--;
    }
    return at > from && head.bytes[at - 1] == ':' ? at - 1 : to;
  }

  /** Says that nothing more is sent. */
  ChannelFuture closeOutbound() {
    return handler.closeOutbound();
  }

  /** Closes without the word that what was sent is complete. */
  @SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
  void abort() {
    context.close();
  }
}
