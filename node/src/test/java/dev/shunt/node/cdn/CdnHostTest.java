package dev.shunt.node.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CdnHostTest {

  private static CdnSettings settings(List<String> hosts, String version, String... rules) {
    return CdnSettings.parse(hosts, Set.of(), List.of(rules), version);
  }

  @Test
  void severalHostsGetAboutAsManyPathsAndEachPathOneHost() {
    List<CdnHost> hosts =
        List.of(
            CdnHost.parse("hosts", "//a"),
            CdnHost.parse("hosts", "//b"),
            CdnHost.parse("hosts", "//c"));
    long first =
        IntStream.range(0, 3_000)
            .filter(i -> CdnHost.of(hosts, "/img/" + i + ".png").equals(hosts.getFirst()))
            .count();
    assertThat(first).isBetween(850L, 1_150L);
    assertThat(CdnHost.of(hosts, "/x")).isSameAs(CdnHost.of(hosts, "/x"));
  }

  @ParameterizedTest
  @CsvSource({
    "/a.png, false",
    "/d/../a.png, false",
    "/../a.png, true",
    "/d/../../a.png, true",
    "/d/%2E./%2e%2e/a.png, true",
    "/./../a.png, true"
  })
  void aPathThatClimbsOutOfTheCdnsOwnIsSeen(String path, boolean leaves) {
    assertThat(CdnHost.parse("hosts", "https://cdn.example/shop").holds(path)).isEqualTo(!leaves);
    assertThat(CdnHost.parse("hosts", "https://cdn.example/").holds(path)).isTrue();
  }

  @Test
  void aLinkThatClimbsOutStays() {
    CdnSettings below = settings(List.of("https://cdn.example/shop"), "");
    String page = "<img src=../../a.png><img src=../b.png>";
    assertThat(TestPage.rewritten(below, page))
        .isEqualTo("<img src=../../a.png><img src=https://cdn.example/shop/dir/../b.png>");
  }

  @Test
  void rulesChooseByElementKindPathAndHostAndTheFirstOneDecides() {
    CdnSettings rules =
        settings(
            List.of("//cdn.example"),
            "",
            "keep path=/private/**",
            "element=img attribute=data-src",
            "kind=image to=//img.example",
            "kind=script path=~^/js/[a-c]");
    assertThat(
            TestPage.rewritten(
                rules,
                "<img src=/private/a.png data-src=/x><img src=/a.png><script src=/js/a.js></script>"
                    + "<script src=/js/x.js></script><link rel=stylesheet href=/s.css>"))
        .isEqualTo(
            "<img src=/private/a.png data-src=//cdn.example/x><img src=//img.example/a.png>"
                + "<script src=//cdn.example/js/a.js></script><script src=/js/x.js></script>"
                + "<link rel=stylesheet href=/s.css>");
  }

  @Test
  void aVersionIsAddedToEachLinksQuery() {
    CdnSettings versioned = settings(List.of("//cdn.example"), "v=7");
    assertThat(
            TestPage.rewritten(
                versioned, "<img src=/a.png><img src=/a.png?x=1#f><p style='b:url(/c.png#g)'>"))
        .isEqualTo(
            "<img src=//cdn.example/a.png?v=7><img src=//cdn.example/a.png?x=1&amp;v=7#f>"
                + "<p style='b:url(//cdn.example/c.png?v=7#g)'>");
    assertThat(TestPage.rewritten(versioned, "<style>a{b:url(/c.png?x)}</style>"))
        .isEqualTo("<style>a{b:url(//cdn.example/c.png?x&v=7)}</style>");
  }
}
