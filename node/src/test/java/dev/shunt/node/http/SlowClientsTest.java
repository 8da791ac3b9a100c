package dev.shunt.node.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.Limits;
import dev.shunt.node.ServiceStats;
import dev.shunt.node.Timeouts;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that hold on to connections by doing little; slowhttptest is who does so by trade. */
class SlowClientsTest {

  private static final int ATTACKERS = 300;
  private static final int RATE = 10_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String LARGE = "/large";
  private static final byte[] LONG = new byte[2_000_000];
  private static final byte[] SHORT = "hello".getBytes(US_ASCII);

  @TempDir Path directory;

  /** Impatient with clients alone. */
  private static Timeouts timeouts() {
    Duration brief = Duration.ofSeconds(2);
    Duration server = Duration.ofSeconds(60);
    return new Timeouts(brief, brief, brief, server, server, server, brief, server, server, brief);
  }

  /** What the node counted when the last attacker was gone, and what the attacker said. */
  private record Attack(ServiceStats stats, String said) {}

  /** Attacks a service while others use it, until the service has none of the attackers left. */
  private Attack attack(String path, String... options) throws Exception {
    Tools.require("slowhttptest", "slowhttptest");
    Limits limits = Limits.ofConnections(400, 1000, 400, 10).ofClient(0, RATE);
    try (WholeServer server =
            new WholeServer(
                (exchange, _) -> exchange.getRequestURI().getPath().equals(LARGE) ? LONG : SHORT);
        TestNode node = TestNode.before(s -> s.with(timeouts()).with(limits), server.address())) {
      Path said = directory.resolve("said");
      Process attacker = start(node, path, said.toFile(), options);
      try {
        await().atMost(PATIENCE).until(() -> node.stats().accepted() > ATTACKERS / 2);
        long answered = answersUntilTheyAreGone(node);
        assertThat(answered).as("requests answered beside the attack").isPositive();
        return new Attack(node.stats(), Files.readString(said));
      } finally {
        attacker.destroyForcibly().waitFor();
      }
    }
  }

  private long answersUntilTheyAreGone(TestNode node) throws IOException {
    long own = 0;
    Instant end = Instant.now().plus(PATIENCE);
    while (node.stats().accepted() < ATTACKERS + own || node.stats().connections() > 0) {
      assertThat(Instant.now()).as("when attackers are still there").isBefore(end);
      try (RawClient client = node.client()) {
        assertThat(client.get("/").readResponse()).startsWith("HTTP/1.1 200 ").endsWith("hello");
      }
      own++;
      long before = own;
      await().until(() -> node.stats().status2xx() >= before);
    }
    return own;
  }

  private static Process start(TestNode node, String path, File output, String... options)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("slowhttptest", "-c", "" + ATTACKERS));
    command.addAll(List.of("-r", "" + ATTACKERS, "-l", "60", "-p", "5", "-u"));
    command.add("http://127.0.0.1:%d%s".formatted(node.address().getPort(), path));
    command.addAll(List.of(options));
    return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output).start();
  }

  @Test
  void headersThatNeverEndAreGivenUp() throws Exception {
    Attack attack = attack("/", "-H", "-i", "1");
    assertThat(attack.stats.timeouts()).as(attack.said).isGreaterThanOrEqualTo(ATTACKERS);
    assertThat(attack.stats.servers().getFirst().opened()).as("to servers").isLessThan(100);
  }

  @Test
  void bodiesThatNeverEndAreGivenUpThoughTheyGoOn() throws Exception {
    Attack attack = attack("/", "-B", "-i", "1", "-s", "100000");
    assertThat(attack.stats.timeouts()).as(attack.said).isGreaterThanOrEqualTo(ATTACKERS);
    // An attacker that has not enough of the processor falls silent for longer than it meant to.
    assertThat(attack.stats.slowClients()).as(attack.said).isGreaterThan(ATTACKERS / 2);
  }

  @Test
  void requestsForManyRangesAreAnsweredLikeAnyOther() throws Exception {
    Attack attack = attack("/", "-R", "-t", "GET");
    assertThat(attack.stats.status2xx() + attack.stats.slowClients())
        .as(attack.said)
        .isGreaterThanOrEqualTo(ATTACKERS);
  }

  @Test
  void clientsThatReadSlowlyAreCutThoughTheyGoOn() throws Exception {
    Attack attack = attack(LARGE, "-X", "-n", "1", "-z", "32");
    assertThat(attack.stats.slowClients()).as(attack.said).isGreaterThanOrEqualTo(ATTACKERS);
  }

  @Test
  void aNewConnectionThatSaysNothingIsClosedWithoutAWord() throws Exception {
    Duration year = Duration.ofDays(7);
    Duration brief = Duration.ofMillis(300);
    Timeouts timeouts = new Timeouts(brief, year, year, year, year, year, year, year, year, brief);
    try (RawServer server = RawServer.saying("hello");
        TestNode node = TestNode.before(s -> s.with(timeouts), server.address());
        RawClient silent = node.client();
        RawClient other = node.client()) {
      assertThat(other.get("/").readResponse()).endsWith("hello");
      assertThat(silent.readAll()).isEmpty();
      assertThat(other.get("/").readResponse()).as("between two requests").endsWith("hello");
    }
  }

  @Test
  void aClientHasNoMoreConnectionsThanItMayUntilItClosesOne() throws Exception {
    try (RawServer server = RawServer.saying("hello");
        TestNode node =
            TestNode.before(s -> s.with(Limits.DEFAULT.ofClient(1, 0)), server.address())) {
      try (RawClient first = node.client()) {
        assertThat(first.get("/").readResponse()).endsWith("hello");
        try (RawClient second = node.client()) {
          assertThat(second.readAll())
              .startsWith("HTTP/1.1 503 ")
              .contains("too many connections of this client");
        }
        assertThat(first.get("/").readResponse()).endsWith("hello");
        assertThat(node.stats().clientsRefused()).isEqualTo(1);
        assertThat(node.stats().connectionsRefused()).isZero();
      }
      await().until(() -> node.stats().connections() == 0);
      try (RawClient third = node.client()) {
        assertThat(third.get("/").readResponse()).endsWith("hello");
      }
    }
  }
}
