package dev.shunt.node.cache;

import static dev.shunt.integrationtests.fuzz.Oracle.require;
import static dev.shunt.integrationtests.fuzz.Oracle.same;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What a cache reads in headers and URLs: whatever stands beside it, what forbids is seen and what
 * allows allows no more than it says; what is found by a key is purged by it.
 */
public final class CacheFieldsFuzz {

  /** Of years that are written with four digits, in seconds since 1970. */
  private static final long YEAR_0 = -62_167_219_200L;

  private static final long YEAR_10000 = 253_402_300_800L;

  private CacheFieldsFuzz() {}

  /** What Jazzer calls; the bytes are a header's value. */
  public static void fuzzerTestOneInput(byte[] input) {
    String value = new String(input, StandardCharsets.ISO_8859_1).replaceAll("[\r\n\u0000]", " ");
    directives(value);
    numbers(value);
    dates(value);
    variants(value);
    conditions(value);
    urls(value);
    require(
        Tags.of(new Fields(List.of(new Field("Cache-Tag", value + ",last")))).size() <= 256,
        "more tags than are kept");
  }

  private static void directives(String value) {
    for (String list : List.of(value + ", no-store", "no-store," + value)) {
      require(Directives.parse(list).has("no-store"), "no-store is overlooked");
    }
    for (String list : List.of(value + ", private", "private," + value)) {
      require(Directives.parse(list).forAll("private"), "private is overlooked");
    }
    Directives mine = Directives.parse("max-age=5," + value);
    OptionalLong seconds = mine.seconds("max-age");
    require(seconds.isPresent() && seconds.getAsLong() <= 5, "fresh for longer than is said");
  }

  private static void numbers(String value) {
    long number = Directives.number(value);
    require(number >= -1 && number <= Directives.MOST_SECONDS, "a number out of bounds");
    Fields fields =
        new Fields(
            Stream.of("Date", "Age", "Expires", "Last-Modified", "Cache-Control")
                .map(name -> new Field(name, value))
                .toList());
    Directives control = Directives.parse(value);
    Freshness freshness = Freshness.of(200, fields, control, 5_000, 7_000, true, 60);
    require(freshness.initialAge() >= 0, "an age before its beginning");
    require(freshness.lifetime() >= 0, "a lifetime before its beginning");
  }

  private static void dates(String value) {
    HttpDate.parse(value)
        .ifPresent(seconds -> {
          if (seconds >= YEAR_0 && seconds < YEAR_10000) {
            same(OptionalLong.of(seconds), HttpDate.parse(HttpDate.format(seconds)), "a date");
          }
        });
  }

  private static void variants(String value) {
    Fields request = new Fields(List.of(new Field("Accept-Language", value)));
    Vary.of(new Fields(List.of(new Field("Vary", "Accept-Language"))), request)
        .ifPresent(vary -> require(vary.isFor(() -> request), "a response is not for its request"));
    Fields asked = new Fields(List.of(new Field("Vary", value), new Field("Vary", "*")));
    require(Vary.of(asked, request).isEmpty(), "Vary: * is overlooked");
    Vary.of(new Fields(List.of(new Field("Vary", value))), request)
        .ifPresent(vary -> require(vary.isFor(() -> request), "a response is not for its request"));
  }

  private static void conditions(String value) {
    require(!Conditions.sameTag("", value), "no tag is like another");
    require(value.isEmpty() || Conditions.sameTag(value, value), "a tag is not like itself");
    for (String member : Directives.split(value)) {
      require(!member.isBlank() && member.equals(member.strip()), "a member with blanks");
    }
  }

  private static void urls(String value) {
    for (String url : List.of("http://a/" + value, "https://A:443" + value, "http://" + value)) {
      for (String key : CacheKey.ofUrl(url)) {
        require(CacheKey.ofUrl(key).contains(key), "a key that is not purged by itself: " + key);
      }
    }
  }
}
