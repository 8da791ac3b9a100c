package dev.shunt.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.ops.bench.Proxy.Kind;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What is read out of what load generators print, and what is made of it. */
class LoadTest {

  private static final String WRK =
      """
      Running 3s test @ http://127.0.0.1:18001/small
        1 threads and 64 connections
        Thread Stats   Avg      Stdev     Max   +/- Stdev
          Latency     1.36ms    0.90ms   9.10ms   91.20%
          Req/Sec    40.11k     2.01k   44.09k    80.00%
        119815 requests in 3.01s, 45.50MB read
      Requests/sec:  39806.31
      Transfer/sec:     15.12MB
      """;

  private static final String H2LOAD =
      """
      finished in 1.50s, 21232.67 req/s, 6.21MB/s
      requests: 31849 total, 31913 started, 31849 done, 31849 succeeded, 0 failed, 0 errored, 0 timeout
      status codes: 31849 2xx, 0 3xx, 0 4xx, 0 5xx
      traffic: 9.31MB (9766912) total, 1.02MB (1071616) headers (space savings 80.00%), 6.08MB (6369800) data
      """;

  @Test
  void wrkSaysHowManyRequestsWereAnsweredInWhatTime() throws BenchException {
    Load load = Load.ofWrk(WRK);

    assertThat(load.requests()).isEqualTo(119_815);
    assertThat(load.failed()).isZero();
    assertThat(load.bytes()).isEqualTo(45.5 * 1024 * 1024);
    assertThat(load.rate()).isCloseTo(39_806, Offset.offset(1.0));
  }

  @Test
  void brokenConnectionsAndOtherStatusesAreFailuresForWrkAndLateAnswersAreNot()
      throws BenchException {
    String failures =
        """
          Socket errors: connect 1, read 20, write 300, timeout 4000
          Non-2xx or 3xx responses: 50000
        """;

    assertThat(Load.ofWrk(WRK + failures).failed()).isEqualTo(50_321);
  }

  @Test
  void h2loadSaysHowManyRequestsWereAnsweredInWhatTime() throws BenchException {
    Load load = Load.ofH2load(H2LOAD);

    assertThat(load).isEqualTo(new Load(31_849, 0, 9_766_912, 1.5));
  }

  @Test
  void answersWithAnotherStatusAreFailuresForH2load() throws BenchException {
    assertThat(Load.ofH2load(H2LOAD.replace("31849 2xx", "31800 2xx")).failed()).isEqualTo(49);
    assertThat(Load.ofH2load(H2LOAD.replace("0 failed", "3 failed")).failed()).isEqualTo(3);
  }

  @Test
  void aGeneratorThatPrintsNoResultIsAnError() {
    assertThatThrownBy(() -> Load.ofWrk("unable to connect to 127.0.0.1:1 Connection refused"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("Connection refused");
    assertThatThrownBy(() -> Load.ofH2load("")).isInstanceOf(BenchException.class);
  }

  @Test
  void latenciesAreThoseOfGoodAnswers() {
    assertThat(
            Load.latencies(List.of("1763812000000001\t200\t350", "1763812000000002\t503\t9", "")))
        .containsExactly(350.0);
  }

  @Test
  void theReferenceIsTheBetterOfTheTwoOthers() {
    Contest contest = new Contest();
    for (int round = 0; round < 3; round++) {
      contest.add(Kind.SHUNT, 18);
      contest.add(Kind.NGINX, 20);
      contest.add(Kind.HAPROXY, 24);
    }

    List<BenchRow> times = contest.rows("x", "X", "us", 0.9);
    assertThat(times).extracting(BenchRow::name).containsExactly("x", "x/haproxy");
    assertThat(times).extracting(BenchRow::reference).containsExactly("nginx", "haproxy");
    assertThat(times).extracting(BenchRow::ratio).containsExactly(0.9, 0.75);
    assertThat(times.getFirst().ok()).isTrue();
    assertThat(times.getLast().ok()).isNull();
    assertThat(contest.rows("x", "X", "requests/s", null))
        .extracting(BenchRow::reference)
        .containsExactly("haproxy", "nginx");
  }

  @Test
  void aThreadsTimeIsThatOfUserAndSystem() {
    String stat = "7 (C2 Comp (a)) S 1 1 1 0 -1 4194560 1 0 0 0 150 50 7 7 20 0 1 0 1 1 1";

    assertThat(Proxy.seconds(stat)).isEqualTo(2.0);
  }
}
