package dev.shunt.integrationtests.harness;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shunt.ops.lab.Lab;
import dev.shunt.ops.lab.LabException;
import dev.shunt.ops.lab.LabFar;
import dev.shunt.ops.lab.LabHost;
import dev.shunt.ops.lab.LabOptions;
import dev.shunt.ops.lab.LabTopology;
import dev.shunt.ops.lab.MemberStatus;
import dev.shunt.scheduler.Encap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * An array of real daemons with client, servers and switch, in network namespaces of its own.
 *
 * <p>One of three members is shared by all tests of a run and mended between them ({@link
 * #mend()}); it ends with the test's JVM, however that ends.
 */
public final class TestArray implements AutoCloseable {

  /** For everything that waits for the array; it says nothing about how fast it has to be. */
  public static final Duration PATIENCE = Duration.ofSeconds(150);

  /** How long a member has to run before its failure detection is measured. */
  private static final Duration WARM = Duration.ofSeconds(20);

  private final Lab lab;

  private TestArray(Lab lab) {
    this.lab = lab;
  }

  static TestArray of(int members) {
    return of(options("it", members));
  }

  /** One with a single server, for those with many members: they all check it. */
  static TestArray withOneServer(int members) {
    return of(options("si", members).withServers(1));
  }

  /** One with a witness beside the members. */
  static TestArray withWitness(int members) {
    return of(options("wi", members).withServers(1).withWitness());
  }

  /** One whose members' labels go in UDP, the last members and servers behind a router. */
  static TestArray tunnelled(int members, LabFar far) {
    return of(options("tu", members).withEncap(Encap.UDP).withFar(far));
  }

  private static LabOptions options(String prefix, int members) {
    return LabOptions.named(prefix + members + "x" + ProcessHandle.current().pid())
        .withMembers(members);
  }

  private static TestArray of(LabOptions options) {
    Lab lab = Lab.up(options);
    TestArray array = new TestArray(lab);
    try {
      lab.awaitServers(PATIENCE);
      lab.awaitArray(PATIENCE.multipliedBy(2));
      array.awaitWhole();
    } catch (RuntimeException e) {
      array.keepEvidence(options.name(), e);
      lab.close();
      throw e;
    }
    return array;
  }

  public Lab lab() {
    return lab;
  }

  /**
   * Puts logs, captures and what failed into a directory of that name in {@code target/evidence}.
   */
  void keepEvidence(String name, Throwable failure) {
    Path evidence = Path.of("target", "evidence", name);
    lab.collectEvidence(evidence);
    try {
      Files.writeString(evidence.resolve("failure.txt"), failure.toString());
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    System.err.println("evidence of the failure: " + evidence.toAbsolutePath());
  }

  /** Undoes every fault and waits until the array is whole. */
  void mend() {
    lab.faults().healAll();
    for (LabHost host : lab.topology().hosts()) {
      boolean runs = host.role() != LabHost.Role.CLIENT;
      if (runs && lab.hosts().alive(host.name())) {
        lab.faults().thaw(host.name());
      } else if (runs) {
        lab.faults().restart(host.name());
      }
    }
    lab.awaitServers(PATIENCE);
    // First of all: a drained member leaves the scheduler's role to others.
    members().forEach(this::undrain);
    lab.awaitArray(PATIENCE);
    awaitWhole();
  }

  /**
   * Every member sends every service to every member, or, past them, to every server, and finds
   * every server up. One behind a router sends nothing past members without labels: servers are no
   * neighbours.
   */
  private void awaitWhole() {
    await().atMost(PATIENCE).until(() -> members().stream().allMatch(this::isWhole));
  }

  /**
   * No member has just started: a JVM that compiles its code takes so much of two processors that
   * its neighbours' failure detection starves, which is not what the failover bounds are about.
   */
  void awaitWarm() {
    await()
        .atMost(PATIENCE)
        .until(() ->
            members().stream()
                .map(member -> lab.admin(member).get("/v1/status").path("uptime_millis"))
                .allMatch(uptime -> uptime.asLong() > WARM.toMillis()));
  }

  private boolean isWhole(String asked) {
    JsonNode services = lab.admin(asked).get("/v1/services").path("services");
    boolean far = lab.topology().require(asked).isFar();
    return stream(services)
        .filter(s -> !far || !isPlain(s))
        .allMatch(s ->
            takers(s).size() == takersOf(s)
                && states(s).stream().allMatch(state -> state.endsWith("=up")));
  }

  private int takersOf(JsonNode service) {
    LabTopology topology = lab.topology();
    if (isPlain(service)) {
      return topology.nearServerHosts().size();
    }
    return isDirect(service) ? topology.servers() : topology.members();
  }

  private static boolean isPlain(JsonNode service) {
    return isDirect(service) && DirectService.isPlain(service.path("name").asText());
  }

  private static boolean isDirect(JsonNode service) {
    return service.path("mode").asText().equals("direct");
  }

  /** Tables that have just been cut off may need a moment before they take it. */
  private void undrain(String member) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> lab.faults().drain(member, false));
  }

  public List<String> members() {
    return lab.topology().memberHosts().stream().map(LabHost::name).toList();
  }

  public String scheduler() {
    return lab.resolve("scheduler");
  }

  /** The members that are not scheduler. */
  public List<String> nodes() {
    String scheduler = scheduler();
    return members().stream().filter(m -> !m.equals(scheduler)).toList();
  }

  public MemberStatus status(String member) {
    return await()
        .atMost(PATIENCE)
        .until(() -> lab.admin(member).tryStatus(), java.util.Optional::isPresent)
        .orElseThrow();
  }

  /** The members that get new sessions of the service {@code web}, as a member's table has it. */
  public List<String> targets(String asked) {
    return takers(web(asked));
  }

  /** The states of the servers of the service {@code web}, as {@code name=state}. */
  public List<String> servers(String asked) {
    return states(web(asked));
  }

  /** The servers of one service at a member, each as {@code name=state}. */
  public List<String> servers(String asked, String service) {
    return stream(lab.admin(asked).get("/v1/services").path("services"))
        .filter(s -> s.path("name").asText().equals(service))
        .flatMap(s -> states(s).stream())
        .toList();
  }

  private JsonNode web(String asked) {
    return lab.admin(asked).get("/v1/services").path("services").path(0);
  }

  private static List<String> takers(JsonNode service) {
    return stream(service.path("targets"))
        .filter(t -> t.path("share").asDouble() > 0)
        .map(t -> t.path("name").asText())
        .toList();
  }

  private static List<String> states(JsonNode service) {
    return stream(service.path("servers"))
        .map(s -> s.path("name").asText() + "=" + s.path("state").asText())
        .toList();
  }

  /** curl in the client's namespace; its output, one line each. A failure says where it stuck. */
  public List<String> curl(String... arguments) {
    String[] command =
        Stream.concat(Stream.of("curl", "-sS", "-m", "5"), Stream.of(arguments))
            .toArray(String[]::new);
    try {
      return lab.exec("client", command).lines().toList();
    } catch (LabException e) {
      throw new LabException(e.getMessage() + "; " + ConnectionEvidence.of(lab), e);
    }
  }

  public static String url(int port, String path) {
    return "http://" + LabTopology.VIP + ":" + port + path;
  }

  /** Of the service {@code web6}. */
  public static String url6(String path) {
    return "http://[" + LabTopology.VIP6 + "]:" + LabTopology.WEB_PORT + path;
  }

  @Override
  public void close() {
    lab.close();
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
