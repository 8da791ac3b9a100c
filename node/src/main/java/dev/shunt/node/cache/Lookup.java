package dev.shunt.node.cache;

import dev.shunt.node.Exchange;
import dev.shunt.node.RequestHead;
import dev.shunt.node.cache.CacheCounters.Outcome;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request, and how far it is. Used by its event loop's thread alone. */
final class Lookup {

  /** Absent where it is never answered from the store; then nothing else here is of interest. */
  final Optional<CacheKey> key;

  /** Why it goes to a server, as {@code Cache-Status} has it (RFC 9211 section 2.2). */
  String forwarded;

  final boolean get;
  final boolean unsafe;
  final Directives control;
  final Conditions conditions;

  /** When it came, in milliseconds since 1970. */
  final long began;

  Outcome outcome = Outcome.BYPASSED;

  /** What had been purged before anything was looked for. */
  @Nullable Stamp stamp;

  // Where it goes to a server.
  @Nullable StoredResponse candidate;
  boolean validating;
  long asked;

  /** What others wait for. */
  @Nullable Flight flight;

  /** What it waits for, or has waited for. */
  @Nullable Flight awaited;

  /** Whether it waits no more. */
  boolean alone;

  private @Nullable Fields fields;

  private Lookup(
      Optional<CacheKey> key,
      String forwarded,
      boolean get,
      boolean unsafe,
      Directives control,
      Conditions conditions,
      long began) {
    this.key = key;
    this.forwarded = forwarded;
    this.get = get;
    this.unsafe = unsafe;
    this.control = control;
    this.conditions = conditions;
    this.began = began;
  }

  /**
   * @param obeys whether the client has a say in what it is answered with
   */
  static Lookup of(RequestHead request, Exchange exchange, boolean obeys, long now) {
    String method = request.method();
    boolean get = method.equals("GET");
    if (!get && !method.equals("HEAD")) {
      boolean safe = method.equals("OPTIONS") || method.equals("TRACE");
      return bypass("method", !safe, now);
    }
    boolean overrides = Overrides.in(request);
    if (overrides || exchange.wantsUpgrade() || isSpecial(request)) {
      return bypass("bypass", overrides, now);
    }
    Directives control = control(request);
    Optional<CacheKey> key =
        CacheKey.of(exchange.secure(), exchange.trusted(), exchange.rule(), request);
    // What is kept may have been transformed, and what comes for this request may not be.
    if (key.isEmpty() || control.has("no-transform")) {
      return bypass("bypass", false, now);
    }
    return new Lookup(
        key, "", get, false, obeys ? control : Directives.NONE, Conditions.of(request), now);
  }

  private static Lookup bypass(String why, boolean unsafe, long now) {
    return new Lookup(Optional.empty(), why, false, unsafe, Directives.NONE, Conditions.NONE, now);
  }

  /** Whether it has a body, wants a part, or may only be carried out on a condition. */
  private static boolean isSpecial(RequestHead request) {
    return request.find("Range", 0) >= 0
        || request.find("If-Match", 0) >= 0
        || request.find("If-Unmodified-Since", 0) >= 0
        || request.find("Transfer-Encoding", 0) >= 0
        || request.header("Content-Length").filter(length -> !length.equals("0")).isPresent();
  }

  private static Directives control(RequestHead request) {
    int first = request.find("Cache-Control", 0);
    if (first < 0) {
      boolean pragma =
          request.header("Pragma").filter(value -> value.contains("no-cache")).isPresent();
      return pragma ? Directives.parse("no-cache") : Directives.NONE;
    }
    return Directives.parse(Fields.list(request, "Cache-Control", first));
  }

  /** The request's headers as the stages before this one left them, read when first asked for. */
  Fields fields(RequestHead request) {
    Fields there = fields;
    if (there == null) {
      there = Fields.of(request.edited());
      fields = there;
    }
    return there;
  }

  /** The request's headers, if {@link #fields(RequestHead)} was asked before. */
  Fields fields() {
    Fields there = fields;
    return there == null ? Fields.NONE : there;
  }

  /** Whether the response may be kept, as far as the request says. */
  boolean mayStore() {
    return get && !control.has("no-store");
  }

  /** Whether another request's response would do. */
  boolean mayCollapse(RequestHead request) {
    return !alone
        && mayStore()
        && !control.has("no-cache")
        && control.seconds("max-age").orElse(1) > 0
        && request.find("Authorization", 0) < 0;
  }
}
