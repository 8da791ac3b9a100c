package dev.shunt.node.cache;

import dev.shunt.node.KeptResponse;
import dev.shunt.node.PreparedHeader;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/** A response that is kept, for all event loops. Immutable. */
final class StoredResponse {

  /** What a 304 tells of the response that it stands for (RFC 9110 section 15.4.5). */
  private static final Set<String> OF_NOT_MODIFIED =
      Set.of(
          "cache-control", "content-location", "date", "etag", "expires", "last-modified", "vary");

  /** Bytes that it takes beside its texts and its body, about. */
  private static final int OVERHEAD = 512;

  final String rest;
  final Vary vary;
  final int status;
  final Fields fields;
  final byte[] body;
  final Set<String> tags;
  final Freshness freshness;

  /** When it came or was confirmed, in milliseconds since 1970. */
  final long since;

  final boolean alwaysValidated;

  /** Whether it must not be stale, whoever says that it may. */
  private final boolean neverStale;

  /** Whether a client or a setting can allow that (RFC 9111 section 4.2.4). */
  final boolean othersMayAllowStale;

  final OptionalLong staleWhileRevalidate;
  final OptionalLong staleIfError;
  final String etag;
  final String lastModified;

  private final KeptResponse whole;
  private final KeptResponse notModified;
  private final int weight;

  /**
   * @param rest of its key
   * @param fields as they are given, with a {@code Date}, without {@code Age} and framing
   * @param control what its {@code Cache-Control} says
   */
  StoredResponse(
      String rest,
      Vary vary,
      int status,
      Fields fields,
      Directives control,
      Freshness freshness,
      long since,
      byte[] body) {
    this.rest = rest;
    this.vary = vary;
    this.status = status;
    this.fields = fields;
    this.body = body;
    this.freshness = freshness;
    this.since = since;
    this.tags = Tags.of(fields);
    this.alwaysValidated = control.forAll("no-cache");
    this.neverStale =
        alwaysValidated || control.has("must-revalidate") || control.has("proxy-revalidate");
    this.othersMayAllowStale = !neverStale && !control.has("s-maxage");
    this.staleWhileRevalidate = control.seconds("stale-while-revalidate");
    this.staleIfError = control.seconds("stale-if-error");
    this.etag = fields.first("ETag");
    this.lastModified = fields.first("Last-Modified");
    List<PreparedHeader> headers = fields.all().stream().map(StoredResponse::prepared).toList();
    this.whole = new KeptResponse(status, headers, body);
    this.notModified =
        new KeptResponse(
            304,
            fields.all().stream()
                .filter(f -> OF_NOT_MODIFIED.contains(f.name().toLowerCase(Locale.ROOT)))
                .map(StoredResponse::prepared)
                .toList(),
            new byte[0]);
    this.weight =
        body.length
            + 4 * (whole.lines().length + rest.length())
            + 2 * vary.length()
            + OVERHEAD
            + 64 * tags.size();
  }

  private static PreparedHeader prepared(Field field) {
    return new PreparedHeader(field.name(), field.value());
  }

  /** The same body, confirmed by the server at another time and perhaps with other headers. */
  StoredResponse confirmed(Fields changed, Directives control, Freshness anew, long now) {
    return new StoredResponse(rest, vary, status, changed, control, anew, now, body);
  }

  /** Bytes that it takes in memory, about. */
  int weight() {
    return weight;
  }

  /** In seconds (RFC 9111 section 4.2.3). */
  long age(long now) {
    return freshness.initialAge() + Math.max(0, now - since) / 1000;
  }

  /** For how many seconds it is still fresh; below 0 for how many it is not any more. */
  long ttl(long now) {
    return freshness.lifetime() - age(now);
  }

  boolean isFresh(long now) {
    return !alwaysValidated && ttl(now) > 0;
  }

  boolean hasValidator() {
    return !etag.isEmpty() || !lastModified.isEmpty();
  }

  boolean mayBeStaleWhileRevalidated(long now) {
    return !neverStale && within(staleWhileRevalidate.orElse(-1), now);
  }

  /**
   * @param configured seconds for those that say nothing
   */
  boolean mayBeStaleOnError(long configured, long now) {
    long orElse = configured == 0 || !othersMayAllowStale ? -1 : configured;
    return !neverStale && within(staleIfError.orElse(orElse), now);
  }

  private boolean within(long window, long now) {
    return window >= 0 && -ttl(now) <= window;
  }

  KeptResponse whole() {
    return whole;
  }

  /** What a client gets that has it already. */
  KeptResponse notModified() {
    return notModified;
  }
}
