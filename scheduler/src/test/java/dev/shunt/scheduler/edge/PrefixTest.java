package dev.shunt.scheduler.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PrefixTest {

  @ParameterizedTest
  @CsvSource({
    "203.0.113.10, 203.0.113.10/32",
    "203.0.113.0/28, 203.0.113.0/28",
    "0.0.0.0/0, 0.0.0.0/0",
    "2001:db8:0:0::7, 2001:db8::7/128",
    "2001:DB8::/32, 2001:db8::/32",
    "::/0, ::/0",
    "::ffff:10.0.0.1, 10.0.0.1/32"
  })
  void isReadAndWrittenInItsShortForm(String text, String written) {
    assertThat(Prefix.parse(text)).hasToString(written);
  }

  /** A name would be looked up, and a zone is one host's own. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.org",
        "dead.beef",
        "fe80::1%eth0",
        "1.2.3",
        "1:2",
        "::1::",
        "2001:db8::/x"
      })
  void whatIsNoAddressIsRefusedWithWhatIsAllowed(String text) {
    assertThatThrownBy(() -> Prefix.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'%s': allowed is an IP address, or one with /LENGTH", text);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/33, prefix length 33: allowed is 0 to 32",
    "2001:db8::/129, prefix length 129: allowed is 0 to 128",
    "2001:db8::1/64, prefix 2001:db8::1/64: its address has bits behind the length"
  })
  void aLengthThatDoesNotFitIsRefused(String text, String why) {
    assertThatThrownBy(() -> Prefix.parse(text)).hasMessage(why);
  }
}
