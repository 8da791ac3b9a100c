package dev.shunt.node.http;

import dev.shunt.node.Exchange;
import dev.shunt.node.ExplainedRequest;
import dev.shunt.node.ExplainedRequest.Attempt;
import dev.shunt.node.ExplainedRequest.Result;
import dev.shunt.node.ExplainedRequest.Why;
import dev.shunt.node.HttpService;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one request, relayed connection or session of datagrams; used again for
 * later ones. Written and read by its event loop's thread alone. Writing it allocates nothing but
 * once the room for the text that requests have.
 */
@SuppressWarnings("EnumOrdinal") // Kept in memory, and only there.
final class RequestEntry {

  /** No limit of attempts is higher; one more because an old connection was closed. */
  private static final int MAX_ATTEMPTS = 17;

  static final int DIGITS = 16;

  private static final int MAX_HOST = 128;
  private static final int MAX_METHOD = 16;
  private static final int MAX_TOLD = 64;
  private static final long REUSED = 1L << 15;
  private static final Why[] WHYS = Why.values();
  private static final Result[] RESULTS = Result.values();

  private static final int MAX_TEXT =
      MAX_METHOD + ExplainedRequest.MAX_TARGET + MAX_HOST + MAX_TOLD;
  private static final byte[] NO_TEXT = {};

  /** Method, target, host and told id, one behind the other: a request touches little memory. */
  private byte[] text = NO_TEXT;

  /** For each attempt its time, and {@link #packed} what else there is. */
  private final long[] attempts = new long[2 * MAX_ATTEMPTS];

  /** Where the history has it. */
  private int place;

  private long id;
  private long start;
  private long began;
  private long firstByte;
  private long end;
  private int methodEnd;
  private int targetEnd;
  private int hostEnd;
  private int textEnd;
  private int rule;
  private int preferred;
  private int preferredBy;
  private int attemptCount;
  private int status;
  private boolean open;
  private boolean encrypted;
  private String protocol = "";
  private @Nullable String reason;
  private @Nullable ServiceLoop service;
  private @Nullable InetSocketAddress client;

  // Of what is relayed.
  private boolean relayed;
  private long datagramsIn;
  private long datagramsOut;
  private long bytesIn;
  private long bytesOut;

  void begin(
      long number,
      long now,
      long epochNanos,
      ServiceLoop of,
      InetSocketAddress from,
      boolean secure) {
    id = number;
    start = now;
    began = epochNanos;
    firstByte = 0;
    service = of;
    client = from;
    encrypted = secure;
    methodEnd = 0;
    targetEnd = 0;
    hostEnd = 0;
    textEnd = 0;
    rule = ServerGroups.ALL;
    preferred = Exchange.NO_SERVER;
    attemptCount = 0;
    status = 0;
    protocol = "";
    reason = null;
    relayed = false;
    open = true;
  }

  /** It is no request: what comes is passed on. */
  void relays(String how) {
    protocol = how;
    relayed = true;
    datagramsIn = 0;
    datagramsOut = 0;
    bytesIn = 0;
    bytesOut = 0;
  }

  /** The name that a relayed connection is for. */
  void name(String asked) {
    byte[] bytes = asked.getBytes(StandardCharsets.ISO_8859_1);
    hostEnd = copy(bytes, 0, bytes.length, targetEnd, MAX_HOST);
    textEnd = hostEnd;
  }

  void datagramIn(int bytes) {
    datagramsIn++;
    bytesIn += bytes;
  }

  void datagramOut(int bytes) {
    datagramsOut++;
    bytesOut += bytes;
  }

  void bytesIn(int bytes) {
    bytesIn += bytes;
  }

  void bytesOut(int bytes) {
    bytesOut += bytes;
  }

  long datagramsIn() {
    return datagramsIn;
  }

  long datagramsOut() {
    return datagramsOut;
  }

  long bytesIn() {
    return bytesIn;
  }

  long bytesOut() {
    return bytesOut;
  }

  /** The server of the last attempt sent something. */
  void heard(long now) {
    if (firstByte == 0) {
      firstByte = Math.max(1, now - start);
    }
    result(Result.RESPONDED);
  }

  /** Keeps what was asked for, as it was sent. */
  void request(HttpHead head, boolean http2) {
    protocol = http2 ? "h2" : head.http11() ? "http/1.1" : "http/1.0";
    methodEnd = copy(head.bytes, head.start, head.methodEnd, 0, MAX_METHOD);
    targetEnd =
        copy(head.bytes, head.targetStart, head.targetEnd, methodEnd, ExplainedRequest.MAX_TARGET);
    int at = head.indexOf(KnownHeader.HOST);
    hostEnd =
        at < 0
            ? targetEnd
            : copy(head.bytes, head.valueStart(at), head.valueEnd(at), targetEnd, MAX_HOST);
    textEnd = hostEnd;
  }

  /** Copies a part of at most so many bytes to {@code at}, and answers where it then ends. */
  private int copy(byte[] from, int start, int end, int at, int most) {
    int length = Math.min(end - start, most);
    if (text.length == 0) {
      text = new byte[MAX_TEXT];
    }
    System.arraycopy(from, start, text, at, length);
    return at + length;
  }

  /** Keeps the id that a trusted proxy gave the request: its first {@value #MAX_TOLD} bytes. */
  void told(byte[] from, int start, int end) {
    textEnd = copy(from, start, end, hostEnd, MAX_TOLD);
  }

  void rule(int number) {
    rule = number;
  }

  void preferred(int server, int stage) {
    preferred = server;
    preferredBy = stage;
  }

  void tries(int server, Why why, int load, long now) {
    int at = Math.min(attemptCount, MAX_ATTEMPTS - 1);
    attemptCount = at + 1;
    attempts[2 * at] = now - start;
    attempts[2 * at + 1] = packed(server, why, load, Result.CONNECTING);
  }

  private static long packed(int server, Why why, int load, Result result) {
    return ((long) load << 32)
        | ((long) server << 16)
        | ((long) why.ordinal() << 8)
        | result.ordinal();
  }

  /** The last attempt needs no new connection. */
  void reuses() {
    if (attemptCount > 0) {
      attempts[2 * attemptCount - 1] |= REUSED;
    }
  }

  /** What became of the last attempt. */
  void result(Result result) {
    if (attemptCount > 0) {
      int at = 2 * attemptCount - 1;
      attempts[at] = (attempts[at] & ~0xffL) | result.ordinal();
    }
  }

  void responded(long now, int code) {
    firstByte = now - start;
    status = code;
    result(Result.RESPONDED);
  }

  /** The node answers itself. */
  void answered(int code, @Nullable String why) {
    status = code;
    reason = why;
  }

  void end(long now) {
    end = now - start;
    open = false;
  }

  int place() {
    return place;
  }

  void place(int at) {
    place = at;
  }

  boolean isOpen() {
    return open;
  }

  long id() {
    return id;
  }

  String idText() {
    return HexFormat.of().toHexDigits(id);
  }

  /** Writes {@link #idText} into {@value #DIGITS} bytes. */
  void idDigits(byte[] to) {
    for (int i = 0; i < DIGITS; i++) {
      to[i] = (byte) Character.forDigit((int) (id >>> (4 * (DIGITS - 1 - i))) & 0xf, 16);
    }
  }

  boolean isTold(String wanted) {
    return textEnd > hostEnd && wanted.equals(text(hostEnd, textEnd));
  }

  private String text(int from, int to) {
    return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static Optional<String> some(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /**
   * For people, and for other threads.
   *
   * @param now on the worker's clock
   */
  Optional<ExplainedRequest> explain(long now) {
    ServiceLoop of = service;
    InetSocketAddress from = client;
    if (of == null || from == null) {
      return Optional.empty();
    }
    HttpService config = of.runtime.config();
    boolean asked = preferred != Exchange.NO_SERVER;
    return Optional.of(
        new ExplainedRequest(
            idText(),
            some(text(hostEnd, textEnd)),
            Instant.EPOCH.plusNanos(began),
            config.name(),
            from,
            encrypted,
            protocol,
            text(0, methodEnd),
            text(targetEnd, hostEnd),
            text(methodEnd, targetEnd),
            rule == ServerGroups.ALL ? Optional.empty() : Optional.of(rule),
            asked ? Optional.of(config.servers().get(preferred).name()) : Optional.empty(),
            asked ? Optional.of(config.stages().get(preferredBy).name()) : Optional.empty(),
            attempts(config),
            status,
            relayed ? Optional.empty() : Optional.ofNullable(reason),
            firstByte == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(firstByte)),
            Duration.ofNanos(open ? now - start : end),
            open,
            relayed ? Optional.of(traffic()) : Optional.empty()));
  }

  private ExplainedRequest.Relayed traffic() {
    return new ExplainedRequest.Relayed(
        datagramsIn, datagramsOut, bytesIn, bytesOut, Optional.ofNullable(reason));
  }

  private List<Attempt> attempts(HttpService config) {
    List<Attempt> list = new ArrayList<>();
    for (int i = 0; i < attemptCount; i++) {
      long packed = attempts[2 * i + 1];
      list.add(
          new Attempt(
              config.servers().get((int) (packed >> 16) & 0xffff).name(),
              WHYS[(int) (packed >> 8) & 0x7f],
              (int) (packed >> 32),
              (packed & REUSED) != 0,
              Duration.ofNanos(attempts[2 * i]),
              RESULTS[(int) packed & 0xff]));
    }
    return list;
  }
}
