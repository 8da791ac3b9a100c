package dev.shunt.integrationtests.harness;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.shunt.ops.lab.LabTopology;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The lab's services whose servers hold the VIP themselves, as clients and members see them. */
public enum DirectService {
  PLAIN("plain", LabTopology.PLAIN_VIP),
  LABELLED("labelled", LabTopology.LABELLED_VIP),
  LABELLED6("labelled6", LabTopology.LABELLED_VIP6);

  private static final Pattern SERVER = Pattern.compile("\"server\":\"(s[0-9])\"");

  private final String serviceName;
  private final String vip;

  DirectService(String serviceName, String vip) {
    this.serviceName = serviceName;
    this.vip = vip;
  }

  public String vip() {
    return vip;
  }

  /** Of its VIP, with a path or none. */
  public String url(String path) {
    String host = vip.contains(":") ? "[" + vip + "]" : vip;
    return "http://%s:%d%s".formatted(host, LabTopology.SERVER_PORT, path);
  }

  /** Asks so often, on a connection each; the names of the servers that answered. */
  public List<String> ask(TestArray array, int requests) {
    String[] words =
        Stream.concat(
                Stream.of("-g", "-m", "60", "-H", "Connection: close"),
                IntStream.range(0, requests).mapToObj(i -> url("/whoami?" + i)))
            .toArray(String[]::new);
    return SERVER
        .matcher(String.join("", array.curl(words)))
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  /** How many of so many connections each server served; an error if one was not. */
  public Map<String, Long> served(TestArray array, int requests) {
    List<String> names = ask(array, requests);
    if (names.size() != requests) {
      throw new AssertionError("%d of %d were served".formatted(names.size(), requests));
    }
    return names.stream()
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  /** The servers that get new sessions, as a member has it. */
  public List<String> takers(TestArray array, String asked) {
    return targets(array, asked)
        .filter(t -> t.path("share").asDouble() > 0)
        .map(t -> serverOf(t.path("name")))
        .toList();
  }

  /** Waits until every member has it so. */
  public void awaitTakers(TestArray array, Predicate<List<String>> wanted) {
    for (String member : array.members()) {
      await().atMost(TestArray.PATIENCE).until(() -> takers(array, member), wanted);
    }
  }

  /** The target label of a server. */
  public int label(TestArray array, String server) {
    return targets(array, array.scheduler())
        .filter(t -> serverOf(t.path("name")).equals(server))
        .mapToInt(t -> t.path("label").asInt())
        .findFirst()
        .orElseThrow();
  }

  /** The session from this port of the client; a missing node where the member knows of none. */
  public JsonNode session(TestArray array, String asked, int port) {
    JsonNode answer = array.lab().admin(asked).get("/v1/sessions?filter=service=" + serviceName);
    return stream(answer.path("sessions"))
        .filter(s -> s.path("client").asText().endsWith(":" + port))
        .findFirst()
        .orElse(MissingNode.getInstance());
  }

  /** Begins downloads until one's session, which is established, is with this server. */
  public Download downloadFrom(TestArray array, String server) {
    for (int attempt = 0; attempt < 50; attempt++) {
      Download download = Download.start(array, Download.freshPort(), url(""));
      JsonNode session =
          download.awaitMeanwhile(
              () -> session(array, array.scheduler(), download.port()),
              s -> s.path("state").asText().equals("established"));
      if (serverOf(session.path("target")).equals(server)) {
        return download;
      }
      download.kill();
    }
    throw new AssertionError("no download came from " + server);
  }

  /** The name of a server in that of a target, which the service's stands before. */
  private static String serverOf(JsonNode target) {
    return target.asText().replaceFirst(".*/", "");
  }

  private Stream<JsonNode> targets(TestArray array, String asked) {
    return stream(array.lab().admin(asked).get("/v1/services").path("services"))
        .filter(s -> s.path("name").asText().equals(serviceName))
        .flatMap(s -> stream(s.path("targets")));
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  /** Whether a service of this name sends frames as they are, which no router lets through. */
  static boolean isPlain(String service) {
    return Arrays.stream(values())
        .filter(one -> one != PLAIN)
        .noneMatch(one -> one.serviceName.equals(service));
  }
}
