package dev.shunt.node.http;

import dev.shunt.node.AddressRange;
import dev.shunt.node.Forwarding;
import dev.shunt.node.RequestIds;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Tells servers who the client is: {@code X-Forwarded-For}, {@code -Proto}, {@code -Host}. */
final class ForwardedHeaders {

  private static final byte[] FOR = ascii("X-Forwarded-For: ");
  private static final byte[] HOST = ascii("X-Forwarded-Host: ");
  private static final byte[] PROTO_HTTP = ascii("X-Forwarded-Proto: http\r\n");
  private static final byte[] PROTO_HTTPS = ascii("X-Forwarded-Proto: https\r\n");
  private static final byte[] ID = ascii("X-Request-Id: ");
  private static final byte[] VIA = ascii("Via: 1.1 shunt\r\n");
  private static final byte[] SEPARATOR = ascii(", ");
  private static final byte[] LINE_END = ascii("\r\n");
  private static final long CLAIMS = KnownHeader.bits(KnownHeader::isClaim);

  /** What nobody writes who means it well, for a server may take it for another's word. */
  private static final long FOLDED = KnownHeader.FOLDED_CLAIM.bit();

  private final Forwarding config;
  private final byte[] digits = new byte[RequestEntry.DIGITS];

  ForwardedHeaders(Forwarding config) {
    this.config = config;
  }

  /** What is said of one client connection. */
  static final class Peer {
    private final String text;
    private final byte[] address;
    private final boolean trusted;

    private Peer(String text, boolean trusted) {
      this.text = text;
      this.address = ascii(text);
      this.trusted = trusted;
    }

    /** Whether it is believed what it says of its own client. */
    boolean trusted() {
      return trusted;
    }

    /** Its address, without port and scope. */
    String text() {
      return text;
    }
  }

  Peer peer(InetSocketAddress remote) {
    InetAddress address = remote.getAddress();
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    boolean trusted = config.trusted().stream().anyMatch((AddressRange r) -> r.contains(address));
    return new Peer(scope < 0 ? text : text.substring(0, scope), trusted);
  }

  void apply(HttpHead head, Peer peer, boolean secure) {
    long unwanted = peer.trusted ? FOLDED : CLAIMS;
    if (head.hasAny(unwanted)) {
      dropAll(head, unwanted);
    }
    boolean claims = peer.trusted && head.hasAny(CLAIMS);
    head.append(FOR);
    if (claims) {
      appendKnown(head);
    }
    head.append(peer.address);
    head.append(LINE_END);
    if (!claims || !says(head, KnownHeader.X_FORWARDED_PROTO)) {
      head.append(secure ? PROTO_HTTPS : PROTO_HTTP);
    }
    int host = head.indexOf(KnownHeader.HOST);
    if (host >= 0 && (!claims || !says(head, KnownHeader.X_FORWARDED_HOST))) {
      head.append(HOST);
      head.append(head.bytes, head.valueStart(host), head.valueEnd(host));
      head.append(LINE_END);
    }
    via(head);
  }

  private static void dropAll(HttpHead head, long unwanted) {
    for (int i = 0; i < head.headerCount(); i++) {
      if ((head.known(i).bit() & unwanted) != 0) {
        head.drop(i);
      }
    }
  }

  /** Whether a header goes to the server: {@code Connection} may have named it, and so removed. */
  private static boolean says(HttpHead head, KnownHeader header) {
    return head.has(header) && !head.removed(head.indexOf(header));
  }

  /** Adds {@code Via} if the service wants it. */
  void via(HttpHead head) {
    if (config.via()) {
      head.append(VIA);
    }
  }

  /** Tells the server the request's id: that of a trusted proxy, or our own in its place. */
  void requestId(HttpHead head, Peer peer, RequestEntry entry) {
    if (config.requestIds() == RequestIds.OFF) {
      return;
    }
    int given = head.indexOf(KnownHeader.X_REQUEST_ID);
    if (peer.trusted && given >= 0 && head.valueEnd(given) > head.valueStart(given)) {
      entry.told(head.bytes, head.valueStart(given), head.valueEnd(given));
    } else {
      head.dropAll(KnownHeader.X_REQUEST_ID);
      appendId(head, entry);
    }
  }

  /** Tells the client under which id its request can be explained. */
  void responseId(HttpHead head, RequestEntry entry) {
    if (config.requestIds() == RequestIds.BOTH) {
      head.dropAll(KnownHeader.X_REQUEST_ID);
      appendId(head, entry);
    }
  }

  private void appendId(HttpHead head, RequestEntry entry) {
    entry.idDigits(digits);
    head.append(ID);
    head.append(digits);
    head.append(LINE_END);
  }

  /** Moves what trusted proxies said into one header, to which the own word is added. */
  private static void appendKnown(HttpHead head) {
    for (int i = 0; i < head.headerCount(); i++) {
      if (head.known(i) == KnownHeader.X_FORWARDED_FOR) {
        if (head.valueEnd(i) > head.valueStart(i)) {
          head.append(head.bytes, head.valueStart(i), head.valueEnd(i));
          head.append(SEPARATOR);
        }
        head.drop(i);
      }
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
