package dev.shunt.ops.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shunt.node.CachePurge;
import dev.shunt.node.CachePurge.Kind;
import dev.shunt.ops.admin.model.PurgeRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * An operator's wish that responses be forgotten.
 *
 * @param service whose; empty: every service's
 */
public record PurgeOrder(Optional<String> service, CachePurge what) {

  private static final String SERVICE = "service";
  private static final String ALL = "all";
  private static final String ALLOWED =
      "allowed is a JSON object with exactly one of \"all\": true, \"url\", \"prefix\" and \"tag\","
          + " and \"service\" if it is for one alone";
  private static final Set<String> KEYS =
      new TreeSet<>(Set.of(SERVICE, ALL, "url", "prefix", "tag"));

  /**
   * Reads a {@link PurgeRequest}. A key that is not known is an error and not passed over: it might
   * have said that less is to be forgotten.
   *
   * @throws IllegalArgumentException saying what was found and what is allowed
   */
  public static PurgeOrder read(String json) {
    if (json.isEmpty()) {
      throw new IllegalArgumentException("body: is missing, " + ALLOWED);
    }
    JsonNode body = AdminJson.tree("body", json);
    if (!body.isObject()) {
      throw new IllegalArgumentException("body: found no object, " + ALLOWED);
    }
    List<Kind> kinds = new ArrayList<>();
    for (String key : (Iterable<String>) body::fieldNames) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException(
            "body: found key '%s', allowed are %s".formatted(key, String.join(", ", KEYS)));
      }
      kind(key).ifPresent(kinds::add);
    }
    if (kinds.size() != 1) {
      throw new IllegalArgumentException(
          "body: found %d of all, url, prefix and tag, allowed is one".formatted(kinds.size()));
    }
    Optional<String> service =
        body.has(SERVICE) ? Optional.of(service(text(body, SERVICE))) : Optional.empty();
    return new PurgeOrder(service, what(body, kinds.getFirst()));
  }

  private static Optional<Kind> kind(String key) {
    return switch (key) {
      case ALL -> Optional.of(Kind.ALL);
      case "url" -> Optional.of(Kind.URL);
      case "prefix" -> Optional.of(Kind.PREFIX);
      case "tag" -> Optional.of(Kind.TAG);
      default -> Optional.empty();
    };
  }

  private static CachePurge what(JsonNode body, Kind kind) {
    return switch (kind) {
      case ALL -> {
        if (!body.path(ALL).isBoolean() || !body.path(ALL).booleanValue()) {
          throw new IllegalArgumentException(
              "all: found %s, allowed is true".formatted(body.path(ALL)));
        }
        yield CachePurge.all();
      }
      case URL -> new CachePurge(kind, url(text(body, "url")));
      case PREFIX -> new CachePurge(kind, begun(prefix("prefix", text(body, "prefix"))));
      case TAG -> new CachePurge(kind, text(body, "tag"));
    };
  }

  private static String text(JsonNode body, String key) {
    JsonNode found = body.path(key);
    if (!found.isTextual()) {
      throw new IllegalArgumentException("%s: found %s, allowed is a text".formatted(key, found));
    }
    return found.textValue();
  }

  /** It stands in logs and messages. */
  static String service(String found) {
    if (!found.matches("[\\x21-\\x7e]{1,253}")) {
      throw new IllegalArgumentException(
          "service: found '%s', allowed is the name of a service".formatted(found));
    }
    return found;
  }

  private static String url(String found) {
    String url = prefix("url", found);
    try {
      if (!url.startsWith("http") || new URI(url).getRawAuthority() != null) {
        return url; // Another scheme is the purge's own to refuse.
      }
    } catch (URISyntaxException _) {
      return url; // Clients may send what a strict reader refuses, as "|" in a query.
    }
    throw new IllegalArgumentException(
        "url: found '%s', which names no host; allowed is http://host/path or https://host/path"
            .formatted(found));
  }

  /** Cut there, it would be taken for the beginning of other paths. */
  private static String begun(String found) {
    if (found.matches(".*(%[0-9A-Fa-f]?|[^/]/\\.{1,2})")) {
      throw new IllegalArgumentException(
          "prefix: found '%s', allowed is what ends neither within '%%XX' nor with '/.' or '/..'"
              .formatted(found));
    }
    return found;
  }

  /** What can stand in no request would match nothing, and look as if nothing had been kept. */
  private static String prefix(String key, String found) {
    if (!found.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new IllegalArgumentException(
          "%s: found '%s', allowed is printable ASCII without blanks; the rest as %%XX"
              .formatted(key, found));
    }
    if (found.indexOf('#') >= 0) {
      throw new IllegalArgumentException(
          "%s: found '%s', allowed is a URL without '#': clients do not send what comes after it"
              .formatted(key, found));
    }
    return found;
  }

  /** As {@link #read} takes it. */
  public String toJson() {
    String value = what.value();
    return AdminJson.text(
        new PurgeRequest(
            service.orElse(null),
            what.kind() == Kind.ALL ? true : null,
            what.kind() == Kind.URL ? value : null,
            what.kind() == Kind.PREFIX ? value : null,
            what.kind() == Kind.TAG ? value : null));
  }

  /** For logs: {@code url http://a.example/x of web}. */
  @Override
  public String toString() {
    String kind =
        switch (what.kind()) {
          case ALL -> "all";
          case URL -> "url " + what.value();
          case PREFIX -> "prefix " + what.value();
          case TAG -> "tag " + what.value();
        };
    return kind + service.map(name -> " of " + name).orElse("");
  }
}
