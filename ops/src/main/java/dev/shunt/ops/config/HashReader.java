package dev.shunt.ops.config;

import dev.shunt.node.HashKey;
import dev.shunt.node.HashKey.By;
import dev.shunt.node.Headers;
import java.util.Optional;

/** Reads {@code hash:} of a service: what decides where {@code server_algorithm: hash} does. */
final class HashReader {

  private static final ScalarType<String> NAME =
      new ScalarType<>(
          "the name of a header or cookie",
          t -> Optional.of(t).filter(n -> n.length() <= HashKey.MAX_NAME && Headers.isToken(n)));

  private final Section section;
  private final ServiceMode mode;

  HashReader(Section section, ServiceMode mode, ServerAlgorithm algorithm) {
    this.section = section;
    this.mode = mode;
    if (section.has("hash") && algorithm != ServerAlgorithm.HASH) {
      section
          .at("hash")
          .report(
              "hash with server_algorithm " + Scalars.keyword(algorithm),
              "hash with server_algorithm: hash");
    }
  }

  HashKey hash() {
    return section.section("hash").map(this::read).orElse(HashKey.SOURCE);
  }

  private HashKey read(Section s) {
    By by = s.get("by", Scalars.oneOf(By.class), By.SOURCE);
    if ((mode == ServiceMode.TCP || mode == ServiceMode.UDP) && by != By.SOURCE) {
      s.at("by")
          .report(
              "by %s with mode %s".formatted(Scalars.keyword(by), Scalars.keyword(mode)),
              "by source");
    }
    boolean named = by == By.HEADER || by == By.COOKIE;
    Optional<String> name = s.find("name", NAME);
    if (named && !s.has("name")) {
      s.missing("name", NAME.allowed());
    } else if (!named && s.has("name")) {
      s.at("name")
          .report("name with by " + Scalars.keyword(by), "name with by header or by cookie");
    }
    boolean query = s.get("query", Scalars.BOOLEAN, false);
    if (query && by != By.URL) {
      s.at("query").report("query with by " + Scalars.keyword(by), "query with by url");
    }
    int load =
        s.get(
            "load_percent",
            Scalars.integer(HashKey.MIN_LOAD, HashKey.MAX_LOAD),
            HashKey.USUAL_LOAD);
    s.finish();
    boolean complete = named == name.isPresent();
    return complete
        ? new HashKey(by, name.orElse(""), query, load)
        : new HashKey(By.SOURCE, "", query, load);
  }
}
