package dev.shunt.node;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalPathTest {

  @ParameterizedTest
  @CsvSource({
    "'',                   /",
    "/,                    /",
    "//,                   /",
    "/a/b,                 /a/b",
    "/a//b///c/,           /a/b/c/",
    "/./a/./b/.,           /a/b/",
    "/a/../b,              /b",
    "/a/b/..,              /a/",
    "/../../a,             /a",
    "/a/b/../../..,        /",
    "/a/.../b,             /a/.../b",
    "/a..b/.c,             /a..b/.c",
    "/%61%2D%7e,           /a-~",
    "/a/%2e%2E/b,          /b",
    "/a%2fb,               /a%2Fb",
    "/a%2,                 /a%252",
    "/a%zz%4,              /a%25zz%254",
    "/%25%32%65,           /%252e",
    "/%%33%30,             /%2530",
    "/ü,                   /%C3%BC",
    "/a;x=1/b,             /a;x=1/b",
    "*,                    *"
  })
  void aPathHasOneForm(String path, String normal) {
    assertThat(NormalPath.of(path)).isEqualTo(normal);
  }

  @Property
  void theNormalFormOfANormalFormIsItself(
      @ForAll @StringLength(max = 24) @CharRange(from = '$', to = '9') String path) {
    String normal = NormalPath.of("/" + path);
    assertThat(NormalPath.of(normal)).isEqualTo(normal);
    assertThat(normal).startsWith("/").doesNotContain("//", "/./", "/../");
  }
}
