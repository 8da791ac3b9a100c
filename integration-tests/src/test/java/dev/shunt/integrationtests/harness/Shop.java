package dev.shunt.integrationtests.harness;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shunt.ops.lab.LabTopology;
import dev.shunt.ops.lab.Witness;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The lab's service with all that brings clients back to their servers. */
public final class Shop {

  private static final String ASKED = "%header{x-server} %{local_port}\n";
  private static final int CONNECTIONS = 8;

  private final TestArray array;

  /** Who answered which connection, by the client's port. */
  public record Answer(String server, int port) {}

  public Shop(TestArray array) {
    this.array = array;
  }

  /** Begins a session; the server that has it. */
  public String login(String id) {
    return ask(1, "/login?id=" + id).getFirst().server();
  }

  /** Asks over several new connections. */
  public List<Answer> ask(String... options) {
    return ask(CONNECTIONS, "/whoami", options);
  }

  private List<Answer> ask(int connections, String path, String... options) {
    List<String> command = new ArrayList<>(List.of(options));
    command.addAll(List.of("-H", "Connection: close"));
    for (int i = 0; i < connections; i++) {
      String url = TestArray.url(LabTopology.SHOP_PORT, path);
      command.addAll(List.of("-o", "/dev/null", "-w", ASKED, url));
    }
    return array.curl(command.toArray(String[]::new)).stream()
        .filter(line -> !line.isBlank())
        .map(line -> line.split(" "))
        .map(answer -> new Answer(answer[0], Integer.parseInt(answer[1])))
        .toList();
  }

  public static Set<String> servers(List<Answer> answers) {
    return answers.stream().map(Answer::server).collect(Collectors.toSet());
  }

  /** The members that the connections went through. */
  public static Set<String> nodes(Witness witness, List<Answer> answers) {
    await()
        .atMost(TestArray.PATIENCE)
        .until(
            () -> answers.stream().allMatch(a -> witness.servedBy().member(a.port()).isPresent()));
    return answers.stream()
        .map(a -> witness.servedBy().member(a.port()).orElseThrow())
        .collect(Collectors.toSet());
  }

  /** What a stage says on a member: a counter or a gauge. */
  public long count(String member, String what) {
    for (JsonNode service : array.lab().admin(member).get("/v1/services").path("services")) {
      if (service.path("name").asText().equals("shop")) {
        return service.path("stages").path(what).asLong()
            + service.path("events").path(what).asLong();
      }
    }
    throw new AssertionError("no service shop on " + member);
  }

  /** Waits until all members' tables hold as much; how much that is. */
  public long awaitSame(String what) {
    await()
        .atMost(TestArray.PATIENCE)
        .until(() -> array.members().stream().map(m -> count(m, what)).distinct().count() == 1);
    return count(array.members().getFirst(), what);
  }
}
