package dev.shunt.node.cache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FreshnessTest {

  /** Sun, 06 Nov 1994 08:49:37 GMT. */
  private static final long NOW = 784_111_777_000L;

  private static final String DATE = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";

  private static Freshness of(String headers) {
    return of(200, headers, NOW);
  }

  private static Freshness of(int status, String headers, long asked) {
    Fields fields = Fields.of(headers.getBytes(ISO_8859_1));
    Directives control = Directives.parse(fields.list("Cache-Control"));
    return Freshness.of(status, fields, control, asked, NOW, true, 7);
  }

  @Test
  void theMostSpecificWordCounts() {
    String expires = DATE + "Expires: Sun, 06 Nov 1994 08:50:37 GMT\r\n";
    assertThat(of(expires).lifetime()).isEqualTo(60);
    assertThat(of(expires + "Cache-Control: max-age=5\r\n").lifetime()).isEqualTo(5);
    assertThat(of(expires + "Cache-Control: max-age=5, s-maxage=9\r\n").lifetime()).isEqualTo(9);
    assertThat(of(DATE + "Expires: 0\r\n")).isEqualTo(new Freshness(0, true, 0));
    assertThat(of(DATE).lifetime()).isEqualTo(7);
    assertThat(of(DATE).explicit()).isFalse();
  }

  @Test
  void aGuessIsATenthOfItsAgeAndADayAtMost() {
    assertThat(of(DATE + "Last-Modified: Sun, 06 Nov 1994 07:49:37 GMT\r\n").lifetime())
        .isEqualTo(360);
    assertThat(of(DATE + "Last-Modified: Sun, 06 Nov 1983 08:49:37 GMT\r\n").lifetime())
        .isEqualTo(86_400);
    assertThat(of(DATE + "Last-Modified: Sun, 06 Nov 2033 08:49:37 GMT\r\n").lifetime()).isZero();
    assertThat(of(302, DATE, NOW).lifetime()).isZero();
  }

  @Test
  void itWasAlreadyOldAsItSaysOrAsItsDateDoes() {
    assertThat(of(DATE + "Age: 30\r\n").initialAge()).isEqualTo(30);
    assertThat(of(DATE + "Age: 30, 90\r\n").initialAge()).isEqualTo(30);
    assertThat(of(DATE + "Age: x\r\n").initialAge()).isZero();
    assertThat(of("Date: Sun, 06 Nov 1994 08:48:37 GMT\r\nAge: 30\r\n").initialAge()).isEqualTo(60);
    assertThat(of(200, DATE + "Age: 30\r\n", NOW - 5_500).initialAge()).isEqualTo(35);
    assertThat(of("Date: Sun, 06 Nov 1994 08:59:37 GMT\r\n").initialAge()).isZero();
  }

  @Test
  void datesAreReadInAllThreeForms() {
    for (String date :
        new String[] {
          "Sun, 06 Nov 1994 08:49:37 GMT",
          "Sunday, 06-Nov-94 08:49:37 GMT",
          "Sun Nov  6 08:49:37 1994"
        }) {
      assertThat(HttpDate.parse(date)).as(date).hasValue(NOW / 1000);
    }
    assertThat(HttpDate.format(NOW / 1000)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    for (String bad : new String[] {"", "0", "-1", "Sun, 06 Nov 1994", "now"}) {
      assertThat(HttpDate.parse(bad)).as(bad).isEmpty();
    }
  }
}
