package dev.shunt.ops.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shunt.ops.lab.LoadReport.Connection;
import dev.shunt.ops.lab.LoadReport.Failure;
import dev.shunt.ops.lab.LoadReport.Fresh;
import dev.shunt.ops.lab.LoadReport.Gap;
import dev.shunt.ops.lab.LoadReport.State;
import dev.shunt.ops.lab.LoadReport.Use;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Measuring load: content, gaps, and whose loss a loss is. */
class LoadTest {

  private static final long SECOND = 1_000_000;

  @Property(tries = 200)
  void contentIsTheSameHoweverItIsCut(
      @ForAll @LongRange(min = 0) long seed,
      @ForAll @IntRange(max = 100) int offset,
      @ForAll @IntRange(max = 100) int count) {
    byte[] whole = new byte[200];
    Content.fill(seed, 0, whole, whole.length);
    byte[] part = java.util.Arrays.copyOfRange(whole, offset, offset + count);

    assertThat(Content.mismatch(seed, offset, part, count)).isEqualTo(-1);
    if (count > 0) {
      part[count / 2]++;
      assertThat(Content.mismatch(seed, offset, part, count)).isEqualTo(count / 2);
    }
  }

  @Test
  void contentOfAnotherSeedIsAnotherContent() {
    byte[] mine = new byte[16];
    Content.fill(1, 0, mine, mine.length);
    assertThat(Content.mismatch(2, 0, mine, mine.length)).isNotNegative();
  }

  @Test
  void onlyGapsOverTheThresholdAreKeptAndTheOpenOneCounts() {
    BlackoutMeter meter = new BlackoutMeter(0);
    meter.answered(2_000);
    meter.answered(4_000);
    meter.answered(50_000);

    assertThat(meter.gaps(52_000)).containsExactly(new Gap(4_000, 50_000));
    assertThat(meter.gaps(90_000)).containsExactly(new Gap(4_000, 50_000), new Gap(50_000, 90_000));
  }

  @Test
  void ofManyGapsTheLongestAreKept() {
    BlackoutMeter meter = new BlackoutMeter(0);
    long now = 0;
    meter.answered(now += SECOND);
    for (int i = 0; i < BlackoutMeter.CAPACITY * 2; i++) {
      meter.answered(now += BlackoutMeter.THRESHOLD_MICROS + 1 + i);
    }
    assertThat(meter.gaps(now)).hasSize(BlackoutMeter.CAPACITY).contains(new Gap(0, SECOND));
  }

  @Test
  void aBlackoutIsTheLongestGapThatTouchesTheTime() {
    Connection connection =
        connection(1, State.OPEN, 0, new Gap(0, 100_000), new Gap(200_000, 230_000));

    assertThat(connection.blackout(150_000, 300_000).millis()).isEqualTo(30);
    assertThat(connection.blackout(90_000, 300_000).millis()).isEqualTo(100);
    assertThat(connection.blackout(400_000, 500_000).millis()).isEqualTo(4);
  }

  @Test
  void whatWasOnTheDeadMemberIsExpectedAndTheRestIsNot() {
    ServedBy served = new ServedBy(Map.of(1, "m1", 2, "m2", 3, "m3", 6, "m2"), Map.of(4, "m1"));
    LoadReport report =
        report(
            List.of(
                connection(1, State.LOST, SECOND + 5_000),
                connection(2, State.OPEN, 0, new Gap(SECOND, SECOND + 30_000)),
                connection(3, State.LOST, SECOND / 2)),
            List.of(new Fresh(6, SECOND + 20_000, SECOND + 25_000)),
            new Failure(SECOND + 5_000, Use.KEEP_ALIVE, 1, "reset", ""),
            new Failure(SECOND + 6_000, Use.FRESH, 4, "refused", ""),
            new Failure(SECOND + 7_000, Use.FRESH, 5, "timeout", ""),
            new Failure(SECOND / 2, Use.KEEP_ALIVE, 3, "reset", ""));

    Losses losses = Losses.between(report, served, SECOND, SECOND + 1, 3 * SECOND);

    assertThat(losses.members().get("m1")).isEqualTo(new Losses.OnMember(1, 1, 1, 0, 0));
    assertThat(losses.members().get("m2")).isEqualTo(new Losses.OnMember(1, 0, 0, 30, 0));
    assertThat(losses.members()).doesNotContainKey("m3");
    assertThat(losses.nobodys()).isEqualTo(1);
    assertThat(losses.servedAgainMillis()).isEqualTo(25);
    assertThat(losses.lostOn("m1")).isEqualTo(2);
    assertThat(losses.lostOnOthersThan(List.of("m1"))).isZero();
    assertThat(losses.lostOnOthersThan(List.of("m2"))).isEqualTo(2);
    assertThat(losses.blackoutOnOthersThan("m1")).isEqualTo(30);
  }

  @Test
  void aConnectionThatLaterLearnsOfItsEndIsLostOnlyFromThenOn() {
    ServedBy served = new ServedBy(Map.of(1, "m2"), Map.of());
    LoadReport report =
        report(
            List.of(connection(1, State.LOST, 5 * SECOND)),
            List.of(),
            new Failure(5 * SECOND, Use.KEEP_ALIVE, 1, "timeout", ""));

    assertThat(Losses.between(report, served, SECOND, SECOND + 1, 3 * SECOND).lostOn("m2"))
        .isZero();
    assertThat(Losses.between(report, served, SECOND, SECOND + 1, 6 * SECOND).lostOn("m2"))
        .isEqualTo(1);
    assertThat(Losses.between(report, served, SECOND, SECOND + 1, 6 * SECOND).servedAgainMillis())
        .isEqualTo(-1);
  }

  @Test
  void aReportTravelsAsJson() throws Exception {
    ObjectMapper json = new ObjectMapper();
    LoadReport report =
        report(
            List.of(connection(1, State.OPEN, 0, new Gap(1, 2))),
            List.of(new Fresh(1, 2, 3)),
            new Failure(1, Use.DOWNLOAD, 2, "content", "wrong byte at 7"));

    assertThat(json.readValue(json.writeValueAsString(report), LoadReport.class)).isEqualTo(report);
  }

  @Test
  void failuresHaveAKind() {
    assertThat(ProbeConnection.kind(new ConnectException("Connection refused")))
        .isEqualTo("refused");
    assertThat(ProbeConnection.kind(new SocketException("Connection reset"))).isEqualTo("reset");
    assertThat(ProbeConnection.kind(new SocketTimeoutException("Read timed out")))
        .isEqualTo("timeout");
    assertThat(ProbeConnection.kind(new EOFException("closed"))).isEqualTo("closed");
    assertThat(ProbeConnection.kind(new ProbeConnection.WrongAnswer("content", "")))
        .isEqualTo("content");
    assertThat(ProbeConnection.kind(new IOException())).isEqualTo("other");
  }

  @Test
  void responsesAreReadOneAfterTheOtherWhateverTheirFraming() throws Exception {
    HttpReader reader =
        reader(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-A: b\r\n\r\nabc"
                + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nde\r\n1\r\nf\r\n0\r\n\r\n"
                + "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 503 No\r\n\r\nghi");

    assertThat(reader.head().headers()).containsEntry("x-a", "b");
    assertThat(reader.body(10)).asString().isEqualTo("abc");
    assertThat(reader.head().status()).isEqualTo(200);
    assertThat(reader.body(10)).asString().isEqualTo("def");
    assertThat(reader.head().status()).isEqualTo(204);
    assertThat(reader.body(10)).isEmpty();
    assertThat(reader.head().status()).isEqualTo(503);
    assertThat(reader.body(10)).asString().isEqualTo("ghi");
  }

  @Test
  void aBodyThatEndsEarlyOrIsTooLongIsAnError() throws Exception {
    HttpReader early = reader("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab");
    assertThat(early.head().status()).isEqualTo(200);
    assertThatThrownBy(() -> early.body(10)).isInstanceOf(EOFException.class);
    HttpReader big = reader("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
    assertThat(big.head().status()).isEqualTo(200);
    assertThatThrownBy(() -> big.body(2)).hasMessageContaining("more than 2 bytes");
    assertThatThrownBy(() -> reader("junk\r\n\r\n").head()).hasMessageContaining("status line");
  }

  @Test
  void loadOutOfBoundsIsRefused() {
    assertThatThrownBy(() -> LoadOptions.standard().withFresh(5_001))
        .hasMessage("load: fresh 5001: allowed is 0 to 5000");
  }

  static LoadReport report(List<Connection> connections, List<Fresh> fresh, Failure... failures) {
    return new LoadReport(
        10 * SECOND,
        100,
        failures.length,
        fresh.size(),
        Map.of(),
        connections,
        List.of(),
        fresh,
        List.of(failures));
  }

  static Connection connection(int port, State state, long ended, Gap... gaps) {
    return new Connection(port, state, 1, ended, 10, List.of(gaps));
  }

  private static HttpReader reader(String bytes) {
    return new HttpReader(new ByteArrayInputStream(bytes.getBytes(StandardCharsets.US_ASCII)));
  }
}
