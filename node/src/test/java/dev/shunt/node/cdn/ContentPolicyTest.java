package dev.shunt.node.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.cdn.ContentPolicy.Use;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentPolicyTest {

  private static final CdnHost CDN = CdnHost.parse("hosts", "https://cdn.example/shop/");

  private static boolean allows(Use use, CdnHost host, boolean nonce, String... policies) {
    ContentPolicy policy = new ContentPolicy("https");
    for (String one : policies) {
      policy.add(one);
    }
    return policy.allows(use, host, nonce);
  }

  private static boolean allows(String source) {
    return allows(Use.IMAGE, CDN, false, "img-src " + source);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "https:",
        "http:",
        "cdn.example",
        "CDN.example",
        "https://cdn.example",
        "http://cdn.example",
        "cdn.example:443",
        "cdn.example:*",
        "*.example",
        "'self' cdn.example",
        "https://cdn.example/",
        "https://cdn.example/shop/",
        "'none' cdn.example"
      })
  void theseSourcesAllowTheCdn(String source) {
    assertThat(allows(source)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "'none'",
        "'self'",
        "data:",
        "other.example",
        "*.cdn.example",
        "cdn.example:8443",
        "https://cdn.example/other/",
        "https://cdn.example/shop/one.png",
        "wss://cdn.example",
        "cdn.example.evil"
      })
  void theseDoNot(String source) {
    assertThat(allows(source)).isFalse();
  }

  @Test
  void whatHasNoDirectiveOfItsOwnHasTheDefault() {
    assertThat(allows(Use.FONT, CDN, false, "default-src 'self'; img-src *")).isFalse();
    assertThat(allows(Use.IMAGE, CDN, false, "default-src 'self'; img-src *")).isTrue();
    assertThat(allows(Use.FONT, CDN, false, "img-src 'self'")).isTrue();
    assertThat(allows(Use.FONT, CDN, false)).isTrue();
    assertThat(allows(Use.STYLE, CDN, false, "style-src *; style-src-elem 'self'")).isFalse();
  }

  @Test
  void allPoliciesMustAllowIt() {
    assertThat(allows(Use.IMAGE, CDN, false, "img-src *", "img-src 'self'")).isFalse();
    assertThat(allows(Use.IMAGE, CDN, false, "img-src *, default-src 'self'")).isFalse();
  }

  @Test
  void ofADirectiveThatIsThereTwiceTheFirstCounts() {
    assertThat(allows(Use.IMAGE, CDN, false, "img-src *; img-src 'self'")).isTrue();
  }

  @Test
  void aNonceAllowsScriptsWhereverTheyAreFrom() {
    String policy = "script-src 'nonce-abc' 'strict-dynamic' https:; img-src 'nonce-abc'";
    assertThat(allows(Use.SCRIPT, CDN, true, policy)).isTrue();
    assertThat(allows(Use.SCRIPT, CDN, false, policy)).as("hosts don't count").isFalse();
    assertThat(allows(Use.IMAGE, CDN, true, policy)).isFalse();
  }

  @Test
  void aHostWithoutASchemeHasThePages() {
    CdnHost cdn = CdnHost.parse("hosts", "//cdn.example:8080");
    assertThat(allows(Use.IMAGE, cdn, false, "img-src https://cdn.example:8080")).isTrue();
    assertThat(allows(Use.IMAGE, cdn, false, "img-src cdn.example")).isFalse();
  }

  @Test
  void aPageCanBringItsOwnPolicy() {
    String meta = "<meta http-equiv=Content-Security-Policy content=\"img-src &#39;self&#39;\">";
    assertThat(TestPage.rewritten("<img src=/a.png>" + meta + "<img src=/b.png><script src=/c.js>"))
        .isEqualTo(
            "<img src=https://cdn.example/a.png>"
                + meta
                + "<img src=/b.png><script src=https://cdn.example/c.js>");
  }
}
