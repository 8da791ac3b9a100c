package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.node.StageConfig;
import dev.shunt.node.StageProvider;
import dev.shunt.node.stage.PluginJar;
import dev.shunt.node.stage.PluginJars;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's own stage, out of a jar that is not on the class path. */
@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class PluginTest {

  private static final String PROVIDER =
      """
      public class %s implements dev.shunt.node.StageProvider {
        public String name() { return "other"; }
        public int apiVersion() { return %s; }
        public dev.shunt.node.StageFactory configure(dev.shunt.node.StageContext context) {
          return () -> new dev.shunt.node.Stage() {};
        }
      }
      """;

  @TempDir private Path directory;

  private List<StageProvider> load() {
    return PluginJars.load(directory).values().stream().flatMap(List::stream).toList();
  }

  @Test
  void theExampleEditsHeadsAndFiltersBodies() throws Exception {
    PluginJar.example(directory);
    StageConfig stamp = new StageConfig("stamp", Map.of("text", "of example"));
    String page =
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 8\r\n\r\n<p>hi</p>"
            .replace("<p>hi</p>", "<p>hi\r\n ");
    try (RawServer server = RawServer.answering(page);
        TestNode node = TestNode.withPlugins(load(), s -> s.withStages(stamp), server.address());
        RawClient client = node.client()) {
      String response =
          client
              .send("GET / HTTP/1.1\r\nHost: h\r\nX-Stamp: forged\r\n\r\n")
              .readUntil("\r\n0\r\n\r\n");
      assertThat(response)
          .contains("\r\nX-Stamp: of example\r\n")
          .contains("<p>hi")
          .contains("<!-- of example -->\n");
      assertThat(server.received())
          .contains("X-Stamp: of example\r\nX-Stamp-Client: 127.0.0.1\r\n")
          .doesNotContain("forged");
      assertThat(node.stats().stages().counters()).containsEntry("stamp_pages", 1L);
      assertThat(node.stats().stageErrors()).isZero();
    }
  }

  @Test
  void aJarsClassesAreItsOwnAndTheInterfaceIsTheNodes() throws Exception {
    PluginJar.example(directory);
    Class<?> type = load().getFirst().getClass();
    assertThat(type.getClassLoader()).isNotSameAs(StageProvider.class.getClassLoader());
    assertThat(type.getClassLoader().loadClass(StageProvider.class.getName()))
        .isSameAs(StageProvider.class);
  }

  @Test
  void aJarThatIsNoPluginIsAnErrorThatNamesIt() throws Exception {
    Path jar = directory.resolve("bad.jar");
    Files.writeString(jar, "not a jar");
    refused("plug-in " + jar + ": ");
    PluginJar.of(jar, Map.of(), "");
    refused(
        "found no META-INF/services/dev.shunt.node.StageProvider, allowed is a jar that has it");
    PluginJar.of(jar, Map.of(), "org.example.Missing");
    refused("plug-in " + jar + ": ", "org.example.Missing not found");
    PluginJar.of(jar, Map.of("Old.java", PROVIDER.formatted("Old", "0")), "Old");
    refused(
        "plug-in "
            + jar
            + ": found Old of stage API 0, allowed is 1: build it against this version");
    PluginJar.of(
        jar, Map.of("Bad.java", PROVIDER.formatted("Bad", "Integer.parseInt(\"x\")")), "Bad");
    refused("plug-in " + jar + ": ");
  }

  @Test
  void aDirectoryThatIsNotThereIsAnErrorAndOneThatIsEmptyIsNot() {
    assertThat(load()).isEmpty();
    assertThatThrownBy(() -> PluginJars.load(directory.resolve("none")))
        .hasMessageContaining(
            "none, which cannot be read, allowed is a directory with plug-in jars");
  }

  @Test
  void twoStagesOfOneNameAreAnError() throws Exception {
    PluginJar.of(directory.resolve("a.jar"), Map.of("A.java", PROVIDER.formatted("A", "1")), "A");
    PluginJar.of(directory.resolve("b.jar"), Map.of("B.java", PROVIDER.formatted("B", "1")), "B");
    assertThatThrownBy(() -> TestNode.withPlugins(load(), s -> s, TestNode.loopback(1)))
        .hasMessage("stage 'other' is provided by both A and B");
  }

  private void refused(String... parts) {
    assertThatThrownBy(this::load)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(parts);
  }
}
