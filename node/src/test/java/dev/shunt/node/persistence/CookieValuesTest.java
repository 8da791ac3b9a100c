package dev.shunt.node.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CookieValuesTest {

  private static final byte[] KEY = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OTHER = "0123456789abcdeF".getBytes(StandardCharsets.US_ASCII);
  private static final List<String> SERVERS = List.of("alpha", "beta");

  @Test
  void valuesDifferByServerServiceAndKey() {
    CookieValues values = new CookieValues(KEY, "web", SERVERS);
    assertThat(values.valueOf(0)).hasSize(22).doesNotContain("alpha");
    assertThat(values.valueOf(0)).isNotEqualTo(values.valueOf(1));
    assertThat(values.valueOf(0)).isNotEqualTo(new CookieValues(KEY, "app", SERVERS).valueOf(0));
    assertThat(values.valueOf(0)).isNotEqualTo(new CookieValues(OTHER, "web", SERVERS).valueOf(0));
  }

  @Test
  void theOrderOfServersDoesNotMatter() {
    CookieValues values = new CookieValues(KEY, "web", SERVERS);
    CookieValues reversed = new CookieValues(KEY, "web", SERVERS.reversed());
    assertThat(values.valueOf(0)).isEqualTo(reversed.valueOf(1));
  }

  @Test
  void aShortKeyIsRefused() {
    assertThatThrownBy(() -> new CookieValues(new byte[15], "web", SERVERS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cookie key: found 15 bytes, allowed is at least 16");
  }
}
