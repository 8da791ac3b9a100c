package dev.shunt.node.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DirectivesTest {

  @Test
  void secondsAreReadStrictly() {
    assertThat(Directives.parse("max-age=60").seconds("max-age")).hasValue(60);
    assertThat(Directives.parse("MAX-AGE=\"60\"").seconds("max-age")).hasValue(60);
    assertThat(Directives.parse("public").seconds("max-age")).isEmpty();
    assertThat(Directives.parse("max-age=99999999999").seconds("max-age"))
        .hasValue(Directives.MOST_SECONDS);
    for (String bad :
        new String[] {
          "max-age",
          "max-age=",
          "max-age=-1",
          "max-age=1.5",
          "max-age= 60",
          "max-age=6 0",
          "max-age=60, max-age=61",
          "max-age=\"60",
          "max-age='60'"
        }) {
      assertThat(Directives.parse(bad).seconds("max-age")).as(bad).hasValue(0);
    }
    assertThat(Directives.parse("max-age=60, max-age=60").seconds("max-age")).hasValue(60);
  }

  @Test
  void aCommaInQuotesEndsNothing() {
    Directives read = Directives.parse("no-cache=\"a, max-age=5, B\", max-age=60,, x");
    assertThat(read.seconds("max-age")).hasValue(60);
    assertThat(read.fields("no-cache")).containsExactly("a", "b", "max-age=5");
    assertThat(read.forAll("no-cache")).isFalse();
    assertThat(read.forAll("x")).isTrue();
    assertThat(Directives.split("a, \"b,\\\"c\", d, \"open, e"))
        .containsExactly("a", "\"b,\\\"c\"", "d", "\"open", "e");
  }

  @Test
  void whatForbidsCountsHoweverItIsWrittenAndWhatAllowsDoesNot() {
    Directives read = Directives.parse("no-store;, public;, private=\"");
    assertThat(read.has("no-store")).isTrue();
    assertThat(read.allows("public")).isFalse();
    assertThat(read.forAll("private")).isTrue();
    assertThat(Directives.parse("x=\"a, no-store").has("no-store")).isTrue();
    assertThat(Directives.parse("").has("")).isFalse();
  }
}
