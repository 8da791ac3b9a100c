package dev.shunt.node.http;

import dev.shunt.node.http.MessageReading.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Why the node refuses what Netty's decoder accepts: one reason for each of its faults, told a
 * second time of the bytes and of what Netty read, so that a refusal without its reason is seen.
 */
@SuppressWarnings("ImmutableEnumChecker") // Predicates that keep nothing.
enum Stricter {
  /** RFC 9112 section 2.2: a recipient may take a bare LF for a line's end, and never a bare CR. */
  BARE_LINE_END(HttpFault.BAD_LINE_END, (raw, _) -> Shapes.has(raw, "(?<!\r)\n|\r(?!\n)")),
  /** RFC 9112 section 3: one space each, nothing else, and the version's exact form. */
  REQUEST_LINE(
      HttpFault.BAD_REQUEST_LINE,
      (raw, _) -> !Shapes.has(raw, "\\A(\r\n)?[^ ]+ [^ ]+ HTTP/1\\.[01]\r\n")),
  /** RFC 9110 section 9.1: a method is a token. */
  METHOD(HttpFault.BAD_METHOD, (raw, _) -> !Shapes.has(raw, "\\A(\r\n)?" + Shapes.TOKEN + " ")),
  /** RFC 9112 section 3.2: origin-form, absolute-form of HTTP, or OPTIONS of the asterisk. */
  TARGET(
      HttpFault.BAD_TARGET,
      (raw, _) -> !Shapes.has(raw, "\\A(\r\n)?(OPTIONS \\*|[^ ]+ " + Shapes.TARGET + ") ")),
  /** RFC 9112 section 2.3: the major version 1, of which 0 and 1 are known. */
  VERSION(
      HttpFault.VERSION_NOT_SUPPORTED,
      (raw, _) -> !Shapes.has(raw, "\\A(\r\n)?[^\r\n]* HTTP/1\\.[01]\r")),
  /** RFC 9112 section 4 and RFC 9110 section 15: the exact form; statuses are 100 to 599. */
  STATUS_LINE(
      HttpFault.BAD_STATUS_LINE,
      (raw, _) -> !Shapes.has(raw, "\\AHTTP/1\\.[01] [1-5][0-9]{2}( [\t -~\u0080-\u00ff]*)?\r\n")),
  /** RFC 9112 section 5.1: a token, and nothing between it and the colon. */
  FIELD_NAME(
      HttpFault.BAD_HEADER_NAME,
      (raw, _) -> Shapes.has(raw, "\n(?!" + Shapes.TOKEN + ":|\r|[ \t])")),
  /** RFC 9112 section 5.2. */
  FOLDED(HttpFault.FOLDED_HEADER, (raw, _) -> Shapes.has(raw, "\n[ \t]")),
  /** RFC 9112 section 3.2 and RFC 9110 section 7.2: one, valid, and that of the target. */
  HOST(HttpFault.BAD_HOST, (_, message) -> !Shapes.hasGoodHost(message)),
  /** RFC 9110 sections 9.3.6 and 9.3.8: CONNECT needs a tunnel, TRACE tells secrets. */
  CONNECT_OR_TRACE(
      HttpFault.METHOD_NOT_ALLOWED, (_, m) -> m.startLine().matches("(CONNECT|TRACE) .*")),
  /** RFC 9110 section 10.1.1: there is one expectation. */
  EXPECTATION(
      HttpFault.BAD_EXPECTATION,
      (_, m) -> !Shapes.values(m, "expect").equals(List.of("100-continue"))),
  /** RFC 9110 section 7.6.1: a list of tokens, none of which frames or addresses the message. */
  CONNECTION(
      HttpFault.BAD_CONNECTION,
      (_, m) -> Shapes.values(m, "connection").stream().anyMatch(Shapes::isBadConnection)),
  /** RFC 9112 section 6.1: {@code chunked} alone, of HTTP/1.1. */
  ENCODING(
      HttpFault.BAD_ENCODING,
      (_, m) ->
          !Shapes.values(m, "transfer-encoding").equals(List.of("chunked"))
              || m.startLine().contains("HTTP/1.0")),
  /** RFC 9112 section 6.3: both together are how requests are smuggled. Netty drops one. */
  BOTH_FRAMINGS(
      HttpFault.TWO_FRAMINGS,
      (raw, _) ->
          Shapes.has(raw, "(?i)\ncontent-length:") && Shapes.has(raw, "(?i)\ntransfer-encoding:")),
  /** RFC 9110 section 8.6: digits alone; the same twice may be refused, and is. */
  LENGTH(
      HttpFault.BAD_LENGTH,
      (raw, m) ->
          Shapes.has(raw, "(?is)\ncontent-length:.*\ncontent-length:")
              || !Shapes.values(m, "content-length").getFirst().matches("[0-9]{1,18}")),
  /** RFC 9112 section 7.1: hexadecimal digits, whole extensions without white space, CR LF. */
  CHUNK(HttpFault.BAD_CHUNK, (raw, _) -> Shapes.hasBadChunks(raw)),
  /** RFC 9110 section 6.5.1: nothing that frames, routes, authenticates or is of the connection. */
  TRAILER(
      HttpFault.BAD_TRAILER,
      (raw, _) ->
          Shapes.has(
              raw,
              "(?i)\n"
                  + "(content-length|transfer-encoding|host|connection|upgrade|te|trailer|expect"
                  + "|forwarded|x[-_]forwarded([-_][^:]*)?|x[-_]real[-_]ip):")),
  /** RFC 9112 section 3: a limit with its own status. */
  LONG_LINE(HttpFault.TARGET_TOO_LONG, (raw, _) -> raw.length() > ShuntReader.LIMITS.lineBytes()),
  /** RFC 6585 section 5. */
  LARGE_HEAD(HttpFault.HEAD_TOO_LARGE, (raw, _) -> raw.length() > ShuntReader.LIMITS.lineBytes()),
  /** RFC 6585 section 5; of trailers there may be fewer than of headers. */
  MANY_FIELDS(HttpFault.TOO_MANY_HEADERS, (raw, _) -> raw.lines().count() > 32);

  private final HttpFault fault;
  private final BiPredicate<String, Message> reason;

  Stricter(HttpFault fault, BiPredicate<String, Message> reason) {
    this.fault = fault;
    this.reason = reason;
  }

  /**
   * The reason of a refusal; empty where it has none.
   *
   * @param fault the {@link HttpFault#reason} of the refusal
   * @param raw from the message's first byte on
   * @param netty the message as Netty read it
   */
  static Optional<Stricter> of(String fault, String raw, Message netty) {
    return Arrays.stream(values())
        .filter(each -> each.fault.reason().equals(fault) && each.reason.test(raw, netty))
        .findFirst();
  }
}
