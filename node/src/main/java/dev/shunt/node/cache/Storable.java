package dev.shunt.node.cache;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A response that may be kept, as it will be (RFC 9111 section 3). Immutable.
 *
 * @param fields without those that are of one message alone
 */
record Storable(Vary vary, Fields fields, Directives control, Freshness freshness) {

  /**
   * What a cache knows the meaning of (RFC 9110 section 15). Parts and 304 are not kept, nor what
   * is about one request or connection rather than what it asked for: 400, 401, 413, 421.
   */
  private static final Set<Integer> UNDERSTOOD =
      Set.of(
          200, 203, 204, 300, 301, 302, 303, 307, 308, 403, 404, 405, 406, 409, 410, 411, 414, 415,
          422, 429, 451, 500, 501, 502, 503, 504);

  /** Of one message, or one connection. */
  private static final Set<String> NOT_KEPT =
      Set.of(
          "age",
          "connection",
          "content-length",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authentication-info",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /**
   * What of a response is kept, if it may be.
   *
   * @param asked when its request was sent, in milliseconds since 1970
   */
  static Optional<Storable> of(
      int status, Fields response, Fields request, CacheSettings settings, long asked, long now) {
    Directives control = Directives.parse(response.list("Cache-Control"));
    Set<String> without = new TreeSet<>(NOT_KEPT);
    without.addAll(control.fields("no-cache"));
    without.addAll(control.fields("private"));
    Fields fields =
        response.without(field -> without.contains(field.name().toLowerCase(Locale.ROOT)));
    Optional<Vary> vary = Vary.of(response, request);
    if (vary.isEmpty()
        || !UNDERSTOOD.contains(status)
        || (control.has("no-store") && !control.allows("must-understand"))
        || control.forAll("private")
        || fields.has("Set-Cookie")
        || fields.has("Content-Range")
        || Tags.isTooMany(fields)
        || !settings.keeps(fields.first("Content-Type"))
        || (request.has("Authorization") && !allowsCredentials(control))) {
      return Optional.empty();
    }
    Freshness freshness =
        Freshness.of(
            status,
            response,
            control,
            asked,
            now,
            settings.heuristic() && !request.has("Cookie"),
            settings.defaultTtl());
    boolean mayBe =
        freshness.explicit() || control.allows("public") || Freshness.HEURISTIC.contains(status);
    boolean ofUse =
        freshness.lifetime() > freshness.initialAge()
            || fields.has("ETag")
            || fields.has("Last-Modified")
            || control.has("stale-if-error")
            || control.has("stale-while-revalidate");
    return mayBe && ofUse
        ? Optional.of(new Storable(vary.get(), dated(fields, now), control, freshness))
        : Optional.empty();
  }

  private static boolean allowsCredentials(Directives control) {
    return control.allows("public")
        || control.allows("must-revalidate")
        || control.allows("s-maxage");
  }

  /** Whoever keeps a response that has no date gives it one (RFC 9110 section 6.6.1). */
  private static Fields dated(Fields fields, long now) {
    return fields.has("Date")
        ? fields
        : fields.with(List.of(new Field("Date", HttpDate.format(Math.floorDiv(now, 1000L)))));
  }

  /** With a body, to be kept since now. */
  StoredResponse stored(CacheKey key, int status, byte[] body, long now) {
    return new StoredResponse(key.rest(), vary, status, fields, control, freshness, now, body);
  }

  /**
   * The headers of a response that its server has confirmed (RFC 9111 section 3.2).
   *
   * @param told the headers of the 304
   */
  static Fields confirmed(StoredResponse kept, Fields told, long now) {
    List<Field> changed =
        dated(told, now).all().stream()
            .filter(field -> !field.is("Set-Cookie"))
            .filter(field -> field.is("Age") || !NOT_KEPT.contains(lower(field)))
            .filter(field -> !field.is("ETag") && !lower(field).startsWith("content-"))
            .toList();
    Fields rest =
        kept.fields.without(old -> changed.stream().anyMatch(field -> field.is(old.name())));
    return rest.with(changed);
  }

  private static String lower(Field field) {
    return field.name().toLowerCase(Locale.ROOT);
  }
}
