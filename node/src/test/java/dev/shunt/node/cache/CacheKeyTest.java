package dev.shunt.node.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CacheKeyTest {

  @Test
  void anUrlIsThatOfTheUsualPortToo() {
    assertThat(CacheKey.ofUrl("http://A.example/b/../%61?Q=%61"))
        .containsExactly("http://a.example/a?Q=%61", "http://a.example:80/a?Q=%61");
    assertThat(CacheKey.ofUrl("https://a:443/x")).containsExactly("https://a:443/x", "https://a/x");
    assertThat(CacheKey.ofUrl("https://a:80/x")).containsExactly("https://a:80/x");
    assertThat(CacheKey.ofUrl("http://[::1]/x"))
        .containsExactly("http://[::1]/x", "http://[::1]:80/x");
    assertThat(CacheKey.ofUrl("http://[::1]:8080/x")).containsExactly("http://[::1]:8080/x");
    assertThat(CacheKey.ofUrl("http://a?q")).containsExactly("http://a/?q", "http://a:80/?q");
    assertThat(CacheKey.ofUrl("http://a.exa")).containsExactly("http://a.exa");
    assertThat(CacheKey.ofUrl("http://a.exa:80"))
        .containsExactly("http://a.exa:80", "http://a.exa/");
  }

  private static Fields fields(String... lines) {
    return Fields.of(
        (String.join("\r\n", lines) + (lines.length == 0 ? "" : "\r\n"))
            .getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void requestsThatDifferInNothingThatCountsAreTheSame() {
    Vary vary =
        Vary.of(fields("Vary: Accept-Language", "vary: accept-encoding, X-A"), fields("X-a: 1"))
            .orElseThrow();
    assertThat(vary.names()).containsExactly("accept-encoding", "accept-language", "x-a");
    assertThat(vary.isFor(() -> fields("x-A: 1"))).isTrue();
    assertThat(vary.isFor(() -> fields("x-A: 1", "Accept-Language: de"))).isFalse();
    assertThat(vary.isFor(() -> fields("x-A: 1", "x-A: 1"))).isFalse();
    assertThat(vary.isFor(() -> fields())).isFalse();
    Vary coded =
        Vary.of(fields("Vary: Accept-Encoding"), fields("Accept-Encoding: GZIP, br;q=1"))
            .orElseThrow();
    assertThat(coded.isFor(() -> fields("Accept-Encoding: br; q=1", "Accept-Encoding: gzip")))
        .isTrue();
    assertThat(coded.isFor(() -> fields("Accept-Encoding: gzip"))).isFalse();
  }

  @Test
  void whatGoesByTheClientIsNotKept() {
    for (String name :
        new String[] {"*", "a, *", "Cookie", "X-Forwarded-For", "Forwarded", "Authorization"}) {
      assertThat(Vary.of(fields("Vary: " + name), Fields.NONE)).as(name).isEmpty();
    }
    assertThat(Vary.of(fields(), Fields.NONE)).contains(Vary.NOTHING);
  }
}
