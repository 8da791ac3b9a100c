package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.Shop;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.integrationtests.harness.Trial;
import dev.shunt.ops.lab.LabTopology;
import dev.shunt.ops.lab.Witness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Claims A5, A6 and A9 to A13: which server answers. */
@ExtendWith(ArrayExtension.class)
class AffinityIT {

  private static final int REQUESTS = 24;
  private static final String SERVER = "%header{x-server}";

  @Test
  void anInjectedCookieLeadsToTheSameServerThroughAnyNode(TestArray array) {
    Set<String> servers = new HashSet<>();
    Set<String> nodes = new HashSet<>();
    try (Witness witness = Witness.start(array.lab())) {
      String shop = TestArray.url(LabTopology.SHOP_PORT, "/whoami");
      String cookie =
          array.curl("-o", "/dev/null", "-D", "-", shop).stream()
              .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("set-cookie:"))
              .map(line -> line.substring("set-cookie:".length()).strip().split(";")[0])
              .findFirst()
              .orElseThrow();
      List<Integer> ports = new ArrayList<>();
      for (int i = 0; i < REQUESTS; i++) {
        String[] answer =
            array
                .curl("-o", "/dev/null", "-b", cookie, "-w", SERVER + " %{local_port}", shop)
                .getFirst()
                .split(" ");
        servers.add(answer[0]);
        ports.add(Integer.parseInt(answer[1]));
      }
      await()
          .atMost(TestArray.PATIENCE)
          .until(() -> ports.stream().allMatch(p -> witness.servedBy().member(p).isPresent()));
      ports.forEach(p -> nodes.add(witness.servedBy().member(p).orElseThrow()));
      assertThat(cookie).startsWith("SHUNT=").doesNotContain("s1", "s2", "s3", "10.77");
    }
    assertThat(nodes).hasSizeGreaterThan(1);
    assertThat(servers).hasSize(1);
  }

  @Test
  void aLearnedSessionHasItsServerThroughEveryNodeAndMovesOnceWhenThatIsDead(TestArray array) {
    Shop shop = new Shop(array);
    String id = "affinity" + ProcessHandle.current().pid();
    String its = shop.login(id);
    assertThat(shop.awaitSame("session_id_entries")).isPositive();
    try (Witness witness = Witness.start(array.lab())) {
      List<Shop.Answer> answers = shop.ask("-b", "JSESSIONID=" + id);
      assertThat(Shop.servers(answers)).containsExactly(its);
      assertThat(Shop.nodes(witness, answers)).hasSizeGreaterThan(1);
    }

    array.lab().faults().kill(its);
    await().atMost(TestArray.PATIENCE).until(() -> allSee(array, its + "=down"));
    String moved = shop.ask("-b", "JSESSIONID=" + id).getFirst().server();
    assertThat(moved).isNotEqualTo(its);
    // Its first requests came through several members within milliseconds: one of them decided.
    String stays =
        await()
            .atMost(TestArray.PATIENCE)
            .until(() -> Shop.servers(shop.ask("-b", "JSESSIONID=" + id)), s -> s.size() == 1)
            .iterator()
            .next();
    array.lab().faults().restart(its);
    await().atMost(TestArray.PATIENCE).until(() -> allSee(array, its + "=up"));
    assertThat(Shop.servers(shop.ask("-b", "JSESSIONID=" + id))).containsExactly(stays);
  }

  @Test
  void clientsOfAGroupHaveOneServerThroughEveryNodeAndTheTableDoesNotGrowWithThem(TestArray array) {
    Shop shop = new Shop(array);
    Set<String> all = new HashSet<>();
    Set<String> nodes = new HashSet<>();
    try (Witness witness = Witness.start(array.lab())) {
      for (int client = 0; client < 12; client++) {
        List<Shop.Answer> answers = shop.ask("-H", "X-Client: client" + client);
        assertThat(Shop.servers(answers)).hasSize(1);
        all.addAll(Shop.servers(answers));
        nodes.addAll(Shop.nodes(witness, answers));
      }
    }
    assertThat(all).hasSizeGreaterThan(1);
    assertThat(nodes).hasSizeGreaterThan(1);
    assertThat(shop.awaitSame("hash_group_entries")).isBetween(2L, 12L);
  }

  @Test
  void theNodesOwnStagesEditHeadsAndLogEachRequestOnce(TestArray array) {
    String jar = array.lab().paths().dir().resolve("cookies").toString();
    String mark = "/whoami?mark=" + Trial.nowMicros();
    String url = TestArray.url(LabTopology.SHOP_PORT, mark);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < REQUESTS; i++) {
      seen.add(
          array
              .curl("-o", "/dev/null", "-b", jar, "-c", jar, "-w", "%header{x-seen} " + SERVER, url)
              .getFirst());
    }
    assertThat(seen).singleElement().asString().matches("10\\.[0-9.]+ (s[1-3]) \\1");
    String server = seen.iterator().next().split(" ")[1];

    await().atMost(TestArray.PATIENCE).until(() -> logged(array, mark).size() >= REQUESTS);
    List<String> lines = logged(array, mark);
    assertThat(lines).hasSize(REQUESTS);
    assertThat(lines)
        .allMatch(line -> line.contains("\"status\":200,"))
        .allMatch(line -> line.contains("\"server\":\"" + server + "\",\"tries\":1,"));
    assertThat(lines.stream().filter(line -> line.contains("\"chosen_by\":\"cookie\"")))
        .hasSize(REQUESTS - 1);
  }

  private static List<String> logged(TestArray array, String mark) {
    List<String> lines = new ArrayList<>();
    for (String member : array.members()) {
      Path log = array.lab().paths().state(member).resolve("access.log");
      if (Files.exists(log)) {
        try {
          Files.readAllLines(log).stream().filter(l -> l.contains(mark)).forEach(lines::add);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return lines;
  }

  @Test
  void anUrlHasItsServerThroughEveryNodeHoweverItIsWritten(TestArray array) {
    Set<String> servers = new HashSet<>();
    Set<String> others = new HashSet<>();
    Set<String> nodes = new HashSet<>();
    try (Witness witness = Witness.start(array.lab())) {
      List<Integer> ports = new ArrayList<>();
      for (int i = 0; i < REQUESTS; i++) {
        String path = i % 2 == 0 ? "/bytes/10" : "/x/../%62ytes/10";
        String[] answer =
            array
                .curl(
                    "--path-as-is",
                    "-o",
                    "/dev/null",
                    "-w",
                    SERVER + " %{local_port}",
                    TestArray.url(LabTopology.SHOP_PORT, path))
                .getFirst()
                .split(" ");
        servers.add(answer[0]);
        ports.add(Integer.parseInt(answer[1]));
        others.add(
            array
                .curl(
                    "-o",
                    "/dev/null",
                    "-w",
                    SERVER,
                    TestArray.url(LabTopology.SHOP_PORT, "/whoami"))
                .getFirst());
      }
      await()
          .atMost(TestArray.PATIENCE)
          .until(() -> ports.stream().allMatch(p -> witness.servedBy().member(p).isPresent()));
      ports.forEach(p -> nodes.add(witness.servedBy().member(p).orElseThrow()));
    }
    assertThat(servers).containsExactly("s3");
    assertThat(others).hasSize(3);
    assertThat(nodes).hasSize(3);
  }

  @Test
  void aHeadersHashLeadsToTheSameServerThroughAnyNode(TestArray array) {
    Set<String> nodes = new HashSet<>();
    Set<String> all = new HashSet<>();
    try (Witness witness = Witness.start(array.lab())) {
      List<Integer> ports = new ArrayList<>();
      for (int user = 0; user < 6; user++) {
        Set<String> servers = new HashSet<>();
        for (int i = 0; i < 6; i++) {
          String[] answer = asUser(array, "u" + user, "/whoami", SERVER + " %{local_port}");
          servers.add(answer[0]);
          ports.add(Integer.parseInt(answer[1]));
        }
        assertThat(servers).hasSize(1);
        all.addAll(servers);
      }
      await()
          .atMost(TestArray.PATIENCE)
          .until(() -> ports.stream().allMatch(p -> witness.servedBy().member(p).isPresent()));
      ports.forEach(p -> nodes.add(witness.servedBy().member(p).orElseThrow()));
    }
    assertThat(nodes).hasSizeGreaterThan(1);
    assertThat(all).hasSizeGreaterThan(1);
  }

  @Test
  void aServerThatFailsRequestsIsEjectedByEachNodeAndItsKeysComeBackWithIt(TestArray array) {
    // A rule has s3 alone, so that one is never ejected.
    String user = userOfAnotherThan(array, "s3");
    String server = asUser(array, user, "/whoami", SERVER)[0];
    await()
        .atMost(TestArray.PATIENCE)
        .pollDelay(Duration.ZERO)
        .until(() -> {
          for (int i = 0; i < 6; i++) {
            asUser(array, user, "/status/503", "%{http_code}");
          }
          return array.members().stream()
              .allMatch(m -> array.servers(m, "shop").contains(server + "=ejected"));
        });
    assertThat(asUser(array, user, "/whoami", SERVER)[0]).isNotEqualTo(server);
    await()
        .atMost(TestArray.PATIENCE)
        .until(() ->
            array.members().stream()
                .allMatch(m -> array.servers(m, "shop").stream().allMatch(s -> s.endsWith("=up"))));
    assertThat(asUser(array, user, "/whoami", SERVER)[0]).isEqualTo(server);
  }

  private static String userOfAnotherThan(TestArray array, String server) {
    return Stream.iterate(0, i -> i + 1)
        .map(i -> "anna" + i)
        .filter(user -> !asUser(array, user, "/whoami", SERVER)[0].equals(server))
        .findFirst()
        .orElseThrow();
  }

  private static String[] asUser(TestArray array, String user, String path, String shown) {
    String url = TestArray.url(LabTopology.SHOP_PORT, path);
    return array
        .curl("-o", "/dev/null", "-H", "X-User: " + user, "-w", shown, url)
        .getFirst()
        .split(" ");
  }

  @Test
  void withoutACookieTheRequestsOfOneConnectionGoToSeveralServers(TestArray array) {
    List<String> command = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      command.addAll(
          List.of(
              "-o",
              "/dev/null",
              "-w",
              SERVER + " %{num_connects}\n",
              TestArray.url(LabTopology.WEB_PORT, "/whoami")));
    }
    List<String[]> answers =
        array.curl(command.toArray(String[]::new)).stream()
            .filter(line -> !line.isBlank())
            .map(line -> line.split(" "))
            .toList();

    assertThat(answers.stream().mapToInt(a -> Integer.parseInt(a[1])).sum()).isEqualTo(1);
    assertThat(answers.stream().map(a -> a[0]).distinct().count()).isGreaterThan(1);
  }

  @Test
  void aKilledServerGetsNoRequestsAndComesBackWhenItLives(TestArray array) {
    try (Trial trial = new Trial(array)) {
      trial.after(() -> array.lab().faults().kill("s2"));
      await().atMost(TestArray.PATIENCE).until(() -> allSee(array, "s2=down"));
      long known = Trial.nowMicros();
      trial.awaitFresh(known);
      long failedSince =
          trial.load().report().failures().stream().filter(f -> f.atMicros() > known).count();
      assertThat(failedSince).isZero();
      assertThat(answering(array)).containsExactlyInAnyOrder("s1", "s3");

      array.lab().faults().restart("s2");
      await().atMost(TestArray.PATIENCE).until(() -> allSee(array, "s2=up"));
      assertThat(answering(array)).containsExactlyInAnyOrder("s1", "s2", "s3");
    }
  }

  @Test
  void aDrainedServerGetsNothingNewFromAnyMember(TestArray array) {
    array.lab().admin(array.scheduler()).post("/v1/servers/web/s3/drain");
    try {
      await().atMost(TestArray.PATIENCE).until(() -> allSee(array, "s3=drained"));
      assertThat(answering(array)).containsExactlyInAnyOrder("s1", "s2");
    } finally {
      array.lab().admin(array.scheduler()).post("/v1/servers/web/s3/undrain");
    }
    await().atMost(TestArray.PATIENCE).until(() -> allSee(array, "s3=up"));
  }

  private static boolean allSee(TestArray array, String state) {
    return array.members().stream().allMatch(m -> array.servers(m).contains(state));
  }

  /** The servers that answer a number of new connections. */
  private static Set<String> answering(TestArray array) {
    Set<String> servers = new HashSet<>();
    for (int i = 0; i < REQUESTS; i++) {
      Optional<String> server =
          array
              .curl("-o", "/dev/null", "-w", SERVER, TestArray.url(LabTopology.WEB_PORT, "/whoami"))
              .stream()
              .findFirst();
      servers.add(server.orElse("none"));
    }
    return servers;
  }
}
