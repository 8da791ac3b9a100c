package dev.shunt.integrationtests.harness;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shunt.ops.lab.LabTopology;
import dev.shunt.ops.lab.Witness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Clients of the lab's service {@code promised}, whose nodes keep existing sessions fast. */
public final class Promised {

  /** Connections at once: some for each member. */
  private static final int CROWD = 36;

  /** Requests of a session that goes on for some seconds while its servers are slow. */
  private static final int REQUESTS = 20;

  private static final String SHOWN =
      "answer,%{http_code},%{local_port},%header{x-server},%header{retry-after}\n";

  /**
   * What a client got.
   *
   * @param server empty where a node itself answered
   * @param retryAfter in seconds; 0 where nothing was said
   */
  public record Answer(int status, int port, String server, int retryAfter) {

    private static Answer of(String line) {
      String[] words = line.split(",", -1);
      return new Answer(
          Integer.parseInt(words[1]),
          Integer.parseInt(words[2]),
          words[3],
          words[4].isEmpty() ? 0 : Integer.parseInt(words[4]));
    }
  }

  private final TestArray array;
  private final Map<String, Long> refusedBefore = new HashMap<>();

  public Promised(TestArray array) {
    this.array = array;
    array
        .members()
        .forEach(member -> refusedBefore.put(member, goal(member).path("refused").asLong()));
  }

  private static String url() {
    return TestArray.url(LabTopology.PROMISED_PORT, "/whoami");
  }

  /** Begins a session; the cookie that brings it back to its server. */
  public String cookie() {
    return array.curl("-o", "/dev/null", "-D", "-", url()).stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("set-cookie:"))
        .map(line -> line.substring("set-cookie:".length()).strip().split(";")[0])
        .findFirst()
        .orElseThrow();
  }

  /** A session without a cookie, whose first request is admitted when this returns. */
  public CompletableFuture<List<Answer>> onOneConnection() {
    long before = requests();
    List<String> command = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      command.addAll(List.of("-o", "/dev/null", "-w", SHOWN, url()));
    }
    CompletableFuture<List<Answer>> answers =
        CompletableFuture.supplyAsync(() -> answers(command), Thread::startVirtualThread);
    await().atMost(TestArray.PATIENCE).until(() -> requests() > before);
    return answers;
  }

  /** A crowd at once, each request on a connection of its own. */
  public List<Answer> onNewConnections(String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "-Z",
                "--no-progress-meter",
                "--parallel-immediate",
                "--parallel-max",
                "" + CROWD,
                "-w",
                SHOWN));
    command.addAll(List.of("-H", "Connection: close", "-o", "/dev/null"));
    command.addAll(List.of(more));
    command.add(url() + "?[1-%d]".formatted(CROWD));
    return answers(command);
  }

  private List<Answer> answers(List<String> command) {
    return array.curl(command.toArray(String[]::new)).stream()
        .filter(line -> line.startsWith("answer,"))
        .map(Answer::of)
        .toList();
  }

  /** The member that a connection went through. */
  public String node(Witness witness, Answer answer) {
    return await()
        .atMost(TestArray.PATIENCE)
        .until(() -> witness.servedBy().member(answer.port()), java.util.Optional::isPresent)
        .orElseThrow();
  }

  /** The members that have refused new sessions since this was made. */
  public List<String> refusing() {
    return array.members().stream()
        .filter(member ->
            goal(member).path("refused").asLong() > refusedBefore.getOrDefault(member, 0L))
        .toList();
  }

  /** The members that admit only so many new sessions now. */
  public List<String> limiting() {
    return array.members().stream().filter(m -> goal(m).path("limiting").asBoolean()).toList();
  }

  private long requests() {
    return array.members().stream()
        .collect(Collectors.summingLong(member -> service(member).path("requests").asLong()));
  }

  private JsonNode goal(String member) {
    return service(member).path("goal");
  }

  private JsonNode service(String member) {
    for (JsonNode service : array.lab().admin(member).get("/v1/services").path("services")) {
      if (service.path("name").asText().equals("promised")) {
        return service;
      }
    }
    throw new AssertionError("no service promised on " + member);
  }
}
