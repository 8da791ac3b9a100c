package dev.shunt.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Three members in processes of their own, on loopback addresses or in network namespaces.
 *
 * <p>All of them run on one host and hence on one clock, which makes their leases comparable.
 */
final class ProcessArray implements AutoCloseable {

  static final String SECRET = "a secret of this test";
  static final Duration PATIENCE = Duration.ofSeconds(60);
  static final List<String> NAMES = List.of("m1", "m2", "m3");

  private final Optional<NamespaceNetwork> network;
  private final Path directory = Files.createTempDirectory("shunt-cluster");
  private final int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
  private final int subnet = ThreadLocalRandom.current().nextInt(1, 250);
  private final Map<String, MemberProcess> running = new LinkedHashMap<>();
  private final List<MemberProcess> all = new ArrayList<>();
  private boolean passed;

  private ProcessArray(Optional<NamespaceNetwork> network) throws IOException {
    this.network = network;
  }

  static ProcessArray onLoopback() throws IOException {
    ProcessArray array = new ProcessArray(Optional.empty());
    array.startAll();
    return array;
  }

  static ProcessArray in(NamespaceNetwork network) throws IOException {
    ProcessArray array = new ProcessArray(Optional.of(network));
    array.startAll();
    return array;
  }

  private void startAll() throws IOException {
    for (String name : NAMES) {
      start(name, SECRET, true);
    }
  }

  MemberProcess start(String name, String secret, boolean eligible) throws IOException {
    List<String> command = new ArrayList<>();
    network.ifPresent(n -> command.addAll(n.prefix(name)));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx96m",
            "-cp",
            System.getProperty("java.class.path"),
            MemberMain.class.getName(),
            "array-" + port,
            name,
            Integer.toString(port),
            directory.resolve(name + (secret.equals(SECRET) ? "" : "-rogue")).toString(),
            secret,
            Boolean.toString(eligible)));
    NAMES.forEach(n -> command.add(n + "=" + address(n)));
    Path errors = directory.resolve("%s.%d.err".formatted(name, all.size()));
    MemberProcess process = new MemberProcess(name, command, errors);
    all.add(process);
    if (secret.equals(SECRET)) {
      running.put(name, process);
    }
    return process;
  }

  private String address(String name) {
    int number = NAMES.indexOf(name) + 1;
    return network.map(n -> n.address(name)).orElse("127.0.%d.%d".formatted(subnet, number));
  }

  /** The member that does not run. */
  String absent() {
    return NAMES.stream().filter(name -> !running.containsKey(name)).findFirst().orElseThrow();
  }

  List<MemberProcess> members() {
    return List.copyOf(running.values());
  }

  List<MemberProcess> others(MemberProcess member) {
    return running.values().stream().filter(m -> m != member).toList();
  }

  void forget(MemberProcess member) {
    running.remove(member.name);
  }

  /** Waits until all that run see each other as eligible and agree on a scheduler that acts. */
  MemberProcess awaitScheduler() {
    return awaitScheduler(m -> true);
  }

  MemberProcess awaitScheduler(Predicate<MemberProcess> wanted) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> agreed(wanted));
    return agreedScheduler().orElseThrow();
  }

  private boolean agreed(Predicate<MemberProcess> wanted) {
    return agreedScheduler().filter(wanted).isPresent();
  }

  private Optional<MemberProcess> agreedScheduler() {
    List<Optional<String>> beliefs =
        running.values().stream().map(MemberProcess::belief).distinct().toList();
    boolean complete =
        running.values().stream().allMatch(m -> m.view().split(",").length == running.size());
    if (!complete || beliefs.size() != 1 || beliefs.getFirst().isEmpty()) {
      return Optional.empty();
    }
    String name = beliefs.getFirst().get().split("@")[0];
    return Optional.ofNullable(running.get(name)).filter(MemberProcess::hasAuthority);
  }

  void awaitView(String view) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(() ->
            assertThat(running.values()).allSatisfy(m -> assertThat(m.view()).isEqualTo(view)));
  }

  /** Waits until one of these members acts as scheduler, having begun after an instant. */
  MemberProcess.Event awaitAuthority(List<MemberProcess> candidates, long since) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> authority(candidates, since).isPresent());
    return authority(candidates, since).orElseThrow();
  }

  private static Optional<MemberProcess.Event> authority(
      List<MemberProcess> candidates, long since) {
    return candidates.stream()
        .flatMap(m -> m.firstSince(since, "authority held=true").stream())
        .min(Comparator.comparingLong(MemberProcess.Event::nanos));
  }

  boolean isRaftLeader(MemberProcess member) throws IOException {
    long asked = System.nanoTime();
    member.say("raft");
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> member.firstSince(asked, "raft leader").isPresent());
    return member.firstSince(asked, "raft leader").orElseThrow().field("leader").equals("true");
  }

  /** Moves the scheduler's role to, or away from, the raft leader. */
  MemberProcess schedulerThatIsRaftLeader(boolean wanted) throws IOException {
    MemberProcess scheduler = awaitScheduler();
    while (isRaftLeader(scheduler) != wanted) {
      MemberProcess former = scheduler;
      former.say("step-down");
      scheduler = awaitScheduler(m -> m != former);
    }
    return scheduler;
  }

  /** From the first to the last line of every process: never two schedulers at one instant. */
  void assertNoTwoSchedulers() {
    List<MemberProcess.Claim> claims =
        all.stream()
            .flatMap(m -> m.claims().stream())
            .sorted(Comparator.comparingLong(MemberProcess.Claim::from))
            .toList();
    for (int i = 1; i < claims.size(); i++) {
      MemberProcess.Claim before = claims.get(i - 1);
      MemberProcess.Claim after = claims.get(i);
      assertThat(before.overlaps(after) && !before.member().equals(after.member()))
          .as("%s and %s are scheduler at the same time", before, after)
          .isFalse();
    }
  }

  /** What the processes said, for a failed test. */
  String evidence() {
    StringBuilder text = new StringBuilder("logs in " + directory + "\n");
    for (MemberProcess process : all) {
      text.append(process.name).append(process.alive() ? " runs\n" : " ended\n");
      List<MemberProcess.Event> said =
          process.events().stream().filter(e -> !e.is("lease")).toList();
      said.stream()
          .skip(Math.max(0, said.size() - 20))
          .forEach(
              e -> text.append("  ").append(e.nanos()).append(' ').append(e.text()).append('\n'));
    }
    return text.toString();
  }

  /** How many lines of all logs say this. */
  long complaints(String text) throws IOException {
    long lines = 0;
    for (int i = 0; i < all.size(); i++) {
      Path log = directory.resolve("%s.%d.err".formatted(all.get(i).name, i));
      lines += Files.readAllLines(log).stream().filter(line -> line.contains(text)).count();
    }
    return lines;
  }

  /** There is nothing to keep. */
  void passed() {
    passed = true;
  }

  /** Ends all processes; the logs stay unless the test has passed. */
  @Override
  public void close() throws IOException {
    if (!passed) {
      System.err.println(evidence());
    }
    all.forEach(MemberProcess::close);
    if (passed) {
      deleteLogs();
    }
  }

  private void deleteLogs() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
