package dev.shunt.node.cache;

import dev.shunt.node.Exchange;
import dev.shunt.node.KeptResponse;
import dev.shunt.node.PreparedHeader;
import dev.shunt.node.RequestHead;
import dev.shunt.node.ResponseHead;
import dev.shunt.node.Stage;
import dev.shunt.node.cache.CacheCounters.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The cache of one service on one event loop: it decides what becomes of each request. */
final class CacheStage implements Stage {

  private static final int NOT_MODIFIED = 304;
  private static final int FIRST_ERROR = 400;
  private static final int FIRST_SERVER_ERROR = 500;
  private static final int GATEWAY_TIMEOUT = 504;
  private static final byte[] NOT_KEPT =
      "504: only-if-cached, and nothing is kept\n".getBytes(StandardCharsets.US_ASCII);

  private final CacheSettings settings;
  private final CacheStore store;
  private final InstantSource clock;

  CacheStage(CacheSettings settings, CacheStore store, InstantSource clock) {
    this.settings = settings;
    this.store = store;
    this.clock = clock;
  }

  private Optional<Lookup> lookup(Exchange exchange) {
    return exchange.attachment(this).map(Lookup.class::cast);
  }

  // Requests.

  @Override
  public void onRequest(RequestHead request, Exchange exchange) {
    long now = clock.millis();
    Optional<Lookup> before = lookup(exchange);
    Lookup lookup = before.orElseGet(() -> Lookup.of(request, exchange, settings.obeys(), now));
    if (before.isEmpty()) {
      exchange.attach(this, lookup);
    }
    if (lookup.key.isPresent()) {
      handle(lookup, lookup.key.get(), request, exchange, now);
    }
  }

  private void handle(
      Lookup lookup, CacheKey key, RequestHead request, Exchange exchange, long now) {
    lookup.outcome = Outcome.MISS;
    Stamp stamp = store.stamp(key); // First: what is found next may be purged right after.
    lookup.stamp = stamp;
    Variants variants = store.find(key);
    StoredResponse found = found(lookup, key, variants, request);
    if (found != null && answers(lookup, found, exchange, now)) {
      return;
    }
    if (lookup.control.has("only-if-cached")) {
      exchange.answer(
          GATEWAY_TIMEOUT,
          Map.of("Content-Type", "text/plain", CacheStatus.NAME, "shunt; fwd=request"),
          NOT_KEPT);
      return;
    }
    if (lookup.mayCollapse(request) && joins(lookup, key, stamp, found, exchange, now)) {
      return;
    }
    lookup.forwarded =
        found == null
            ? variants.size() == 0 ? "uri-miss" : "vary-miss"
            : found.isFresh(now) ? "request" : "stale";
    forward(lookup, found, request, now);
  }

  /** What is kept, or was brought by the request that this one waited for. */
  private @Nullable StoredResponse found(
      Lookup lookup, CacheKey key, Variants variants, RequestHead request) {
    Flight awaited = lookup.awaited;
    StoredResponse brought = awaited == null ? null : awaited.stored();
    if (awaited != null
        && brought != null
        && brought.vary.isFor(() -> lookup.fields(request))
        && store.holds(key, awaited.stamp)) {
      return brought;
    }
    return variants.find(key.rest(), () -> lookup.fields(request));
  }

  /** Answers with what is kept, if that will do as it is. */
  private boolean answers(Lookup lookup, StoredResponse kept, Exchange exchange, long now) {
    Directives control = lookup.control;
    Flight awaited = lookup.awaited;
    if (control.has("no-cache") || isTooOld(control, kept.age(now))) {
      return false;
    }
    if (kept.isFresh(now) && kept.ttl(now) >= control.seconds("min-fresh").orElse(0)) {
      if (awaited != null && awaited.outcome() == Flight.Outcome.STORED) {
        give(lookup, kept, Outcome.COLLAPSED, exchange, now, "collapsed");
      } else {
        hit(lookup, kept, Outcome.HIT, exchange, now);
      }
      return true;
    }
    boolean afterFailure =
        awaited != null
            && awaited.outcome() == Flight.Outcome.FAILED
            && kept.mayBeStaleOnError(settings.staleIfError(), now);
    if (afterFailure || isStaleEnough(control, kept, now)) {
      hit(lookup, kept, Outcome.STALE, exchange, now);
      return true;
    }
    return false;
  }

  /** Of no age at all is only what the server has just confirmed. */
  private static boolean isTooOld(Directives control, long age) {
    long most = control.seconds("max-age").orElse(Long.MAX_VALUE);
    return age > most || most == 0;
  }

  /** Whether the client takes it stale (RFC 9111 section 5.2.1.2). */
  private static boolean isStaleEnough(Directives control, StoredResponse kept, long now) {
    if (!control.allows("max-stale") || !kept.othersMayAllowStale || control.has("min-fresh")) {
      return false;
    }
    return control.forAll("max-stale") || -kept.ttl(now) <= control.seconds("max-stale").orElse(0);
  }

  /**
   * Waits for a request that is under way for the same, or is the one that others wait for. True
   * when nothing more is to be done now.
   */
  @SuppressWarnings("ReferenceEquality") // It is about this very one.
  private boolean joins(
      Lookup lookup,
      CacheKey key,
      Stamp stamp,
      @Nullable StoredResponse stale,
      Exchange exchange,
      long now) {
    Flight before = lookup.awaited;
    boolean again = before == null || before.outcome() == Flight.Outcome.ABANDONED;
    long left = settings.collapseWait().toMillis() - Math.max(0, now - lookup.began);
    boolean mayBeStale = stale != null && stale.mayBeStaleWhileRevalidated(now);
    if (!again || (!mayBeStale && (left <= 0 || store.isUnstorable(key)))) {
      lookup.alone = true;
      return false;
    }
    Flight own = new Flight(stamp);
    Flight there = store.join(key, own);
    if (there == own) {
      lookup.flight = own;
      lookup.awaited = null;
      return false;
    }
    if (stale != null && mayBeStale) {
      hit(lookup, stale, Outcome.STALE, exchange, now);
      return true;
    }
    lookup.awaited = there;
    lookup.forwarded = stale == null ? "uri-miss" : "stale";
    there.await(exchange.hold(Duration.ofMillis(left)));
    return true;
  }

  /** Lets the request go to a server: to confirm what is kept, if that can be asked for. */
  private static void forward(
      Lookup lookup, @Nullable StoredResponse kept, RequestHead request, long now) {
    lookup.asked = now;
    lookup.candidate = kept;
    if (!lookup.get) {
      return;
    }
    Fields _ = lookup.fields(request);
    if (kept == null && lookup.flight != null) {
      // Others wait for the whole of it, though this client may have it.
      request.removeAll("If-None-Match");
      request.removeAll("If-Modified-Since");
    }
    if (kept != null && kept.hasValidator() && lookup.mayStore()) {
      lookup.validating = true;
      request.removeAll("If-None-Match");
      request.removeAll("If-Modified-Since");
      if (!kept.etag.isEmpty()) {
        request.add("If-None-Match", kept.etag);
      }
      if (!kept.lastModified.isEmpty()) {
        request.add("If-Modified-Since", kept.lastModified);
      }
    }
  }

  // Answers.

  private void hit(
      Lookup lookup, StoredResponse kept, Outcome outcome, Exchange exchange, long now) {
    lookup.outcome = outcome;
    give(lookup, kept, exchange, now, List.of(CacheStatus.hit(kept.ttl(now))));
  }

  private void give(
      Lookup lookup,
      StoredResponse kept,
      Outcome outcome,
      Exchange exchange,
      long now,
      String... parameters) {
    lookup.outcome = outcome;
    give(lookup, kept, exchange, now, List.of(CacheStatus.forwarded(lookup.forwarded, parameters)));
  }

  private static void give(
      Lookup lookup,
      StoredResponse kept,
      Exchange exchange,
      long now,
      List<PreparedHeader> headers) {
    KeptResponse given = lookup.conditions.has(kept) ? kept.notModified() : kept.whole();
    List<PreparedHeader> all = new ArrayList<>(headers);
    all.add(new PreparedHeader("Age", Long.toString(kept.age(now))));
    exchange.answer(given.with(all));
  }

  // Responses.

  @Override
  public void onResponse(ResponseHead response, Exchange exchange) {
    Optional<Lookup> there = lookup(exchange);
    if (there.isEmpty()) {
      return;
    }
    Lookup lookup = there.get();
    if (lookup.key.isEmpty()) {
      if (lookup.unsafe && response.status() < FIRST_ERROR) {
        Invalidation.of(exchange, response).forEach(store::invalidate);
      }
      response.add(CacheStatus.forwarded(lookup.forwarded));
      return;
    }
    CacheKey key = lookup.key.get();
    long now = clock.millis();
    StoredResponse candidate = lookup.candidate;
    if (candidate != null && lookup.validating && response.status() == NOT_MODIFIED) {
      confirmed(lookup, key, candidate, Fields.of(response.edited()), exchange, now);
    } else if (response.status() < FIRST_SERVER_ERROR
        || !insteadOfError(lookup, exchange, now, "fwd-status=" + response.status())) {
      passes(lookup, key, response, exchange, now);
    }
  }

  @Override
  public void onFailure(Exchange exchange) {
    Optional<Lookup> there = lookup(exchange);
    if (there.isPresent()) {
      boolean _ = insteadOfError(there.get(), exchange, clock.millis());
      land(there.get(), Flight.Outcome.FAILED, null);
    }
  }

  /** Gives what is kept in an error's place, if there is something that may be. */
  private boolean insteadOfError(Lookup lookup, Exchange exchange, long now, String... parameters) {
    StoredResponse kept = lookup.candidate;
    if (kept == null
        || lookup.control.has("no-cache")
        || !kept.mayBeStaleOnError(settings.staleIfError(), now)) {
      return false;
    }
    land(lookup, Flight.Outcome.FAILED, null);
    give(lookup, kept, Outcome.STALE, exchange, now, parameters);
    return true;
  }

  /** The server has confirmed what is kept (RFC 9111 section 4.3.4). */
  private void confirmed(
      Lookup lookup, CacheKey key, StoredResponse kept, Fields told, Exchange exchange, long now) {
    Fields changed = Storable.confirmed(kept, told, now);
    Optional<Storable> storable =
        Storable.of(kept.status, changed, lookup.fields(), settings, lookup.asked, now)
            .filter(s -> wasSent(s, exchange));
    StoredResponse given =
        storable
            .map(s -> s.stored(key, kept.status, kept.body, now))
            .orElseGet(() ->
                kept.confirmed(
                    changed.without(field -> field.is("Age")),
                    Directives.parse(changed.list("Cache-Control")),
                    new Freshness(0, true, 0),
                    now));
    boolean stored = storable.isPresent() && keep(lookup, key, given, kept, now);
    if (storable.isEmpty()) {
      store.drop(key, kept);
      refused(lookup, key, Flight.Outcome.UNSTORABLE, true);
    }
    lookup.outcome = Outcome.VALIDATED;
    List<PreparedHeader> headers = new ArrayList<>();
    headers.add(
        stored
            ? CacheStatus.forwarded(lookup.forwarded, "fwd-status=304", "stored")
            : CacheStatus.forwarded(lookup.forwarded, "fwd-status=304"));
    for (String cookie : told.values("Set-Cookie")) {
      headers.add(new PreparedHeader("Set-Cookie", cookie));
    }
    give(lookup, given, exchange, now, headers);
  }

  /** A response goes to the client, and is kept if it may be. */
  private void passes(
      Lookup lookup, CacheKey key, ResponseHead response, Exchange exchange, long now) {
    int status = response.status();
    Optional<Storable> storable =
        lookup.mayStore()
            ? Storable.of(
                    status,
                    Fields.of(response.edited()),
                    lookup.fields(),
                    settings,
                    lookup.asked,
                    now)
                .filter(s -> wasSent(s, exchange))
            : Optional.empty();
    StoredResponse candidate = lookup.candidate;
    if (candidate != null && lookup.validating && status < FIRST_SERVER_ERROR) {
      store.drop(key, candidate);
    }
    long length = response.header("Content-Length").map(Directives::number).orElse(0L);
    if (storable.isEmpty() || length > settings.maxObject()) {
      boolean error = status >= FIRST_SERVER_ERROR;
      refused(lookup, key, error ? Flight.Outcome.FAILED : Flight.Outcome.UNSTORABLE, !error);
      response.add(CacheStatus.forwarded(lookup.forwarded));
      return;
    }
    response.add(CacheStatus.forwarded(lookup.forwarded, "stored"));
    Storable kept = storable.get();
    exchange.watchBody(
        new Collector(
            store,
            settings.maxObject(),
            (int) length,
            body -> keep(lookup, key, kept.stored(key, status, body, now), null, now),
            tooLarge -> refused(lookup, key, Flight.Outcome.UNSTORABLE, tooLarge)));
  }

  /** Whether the server got what the response goes by as it came here. */
  private static boolean wasSent(Storable storable, Exchange exchange) {
    return storable.vary().wasSent(() -> Fields.of(exchange.request().edited()));
  }

  /**
   * A response is not kept.
   *
   * @param asEver whether the next one is not likely to be either, so that none waits for it
   */
  private void refused(Lookup lookup, CacheKey key, Flight.Outcome outcome, boolean asEver) {
    if (lookup.get) {
      store.counters.refused();
    }
    if (lookup.flight != null && asEver) {
      store.unstorable(key);
    }
    land(lookup, outcome, null);
  }

  /** Keeps a response, and lets those have it who wait for it. */
  private boolean keep(
      Lookup lookup,
      CacheKey key,
      StoredResponse response,
      @Nullable StoredResponse confirmed,
      long now) {
    Stamp stamp = lookup.stamp;
    boolean put = stamp != null && store.put(key, stamp, response, confirmed);
    if (put && stamp != null && response.isFresh(now)) {
      land(lookup, Flight.Outcome.STORED, response);
      store.landed(key, stamp, response);
    } else if (put) {
      if (!response.mayBeStaleWhileRevalidated(now)) {
        store.unstorable(key); // Each request has to ask its server: nobody gains by waiting.
      }
      land(lookup, Flight.Outcome.UNSTORABLE, null);
    } else {
      land(lookup, Flight.Outcome.ABANDONED, null);
    }
    return put;
  }

  private void land(Lookup lookup, Flight.Outcome outcome, @Nullable StoredResponse stored) {
    Flight flight = lookup.flight;
    if (flight != null && lookup.key.isPresent()) {
      lookup.flight = null;
      store.land(lookup.key.get(), flight, outcome, stored);
    }
  }

  @Override
  public void onEnd(Exchange exchange) {
    Optional<Lookup> there = lookup(exchange);
    if (there.isPresent()) {
      land(there.get(), Flight.Outcome.ABANDONED, null);
      store.counters.count(there.get().outcome);
    }
  }
}
