package dev.shunt.ops.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.ops.admin.model.SessionEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionFilterTest {

  private static final SessionEntry SESSION =
      new SessionEntry(
          "0123456789ab",
          "tcp",
          "[2001:db8::7]:4711",
          "10.77.0.100:80",
          "web",
          "m1",
          1024,
          8193,
          8194,
          "opening",
          "7.2",
          5);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "target=m1", "state=opening,target=m1", "client=[2001:db8::7]",
        "client=[2001:db8::7]:4711", "destination=10.77.0.100", "service=web", "protocol=tcp",
        "id=0123456789ab"
      })
  void takesWhatMatchesAllTerms(String filter) {
    assertThat(SessionFilter.parse(filter).matches(SESSION)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "target=m",
        "target=m2,state=opening",
        "client=[2001:db8::7",
        "client=",
        "destination=10.77.0.10",
        "destination=10.77.0.100:8",
        "service=",
        "protocol=udp"
      })
  void leavesTheRest(String filter) {
    assertThat(SessionFilter.parse(filter).matches(SESSION)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "port=1", "target=m1,", "=", "TARGET=m1"})
  void whatIsNoFilterIsExplained(String filter) {
    assertThatThrownBy(() -> SessionFilter.parse(filter))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed is KEY=VALUE[,KEY=VALUE…] with the keys client,");
  }

  @Test
  void aFilterHasABound() {
    String longest = "client=" + "x".repeat(SessionFilter.MAX_LENGTH);
    assertThatThrownBy(() -> SessionFilter.parse(longest)).hasMessageContaining("longer than 512");
  }
}
