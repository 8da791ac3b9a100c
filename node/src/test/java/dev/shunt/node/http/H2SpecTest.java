package dev.shunt.node.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.TlsTermination;
import dev.shunt.node.tls.TestCertificates;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The conformance tests of h2spec, strict ones included, over TLS and without. */
class H2SpecTest {

  /** Carried by the plugin's jar; there is one for this platform alone. */
  private static final String ARCHIVE = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";

  private static final int ALL = 146;

  @TempDir Path directory;

  @Test
  void allOfH2specPassesOverTls() throws Exception {
    TestCertificates certificates = new TestCertificates(directory);
    TlsTermination tls = TlsTermination.of(certificates.certificate("web", "DNS:web.example"));
    try (WholeServer server = WholeServer.saying("hello");
        TestNode node = TestNode.before(s -> s.with(tls), server.address())) {
      passes(node, "--tls", "--insecure");
    }
  }

  @Test
  void allOfH2specPassesWithPriorKnowledge() throws Exception {
    try (WholeServer server = WholeServer.saying("hello");
        TestNode node = TestNode.before(server.address())) {
      passes(node);
    }
  }

  private void passes(TestNode node, String... more) throws Exception {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(h2spec().toString(), "--strict", "--timeout", "3"));
    command.addAll(List.of("--host", "127.0.0.1", "--port", "" + node.address().getPort()));
    command.addAll(List.of(more));
    String output = run(command);
    assertThat(output).contains("%d tests, %d passed, 0 skipped, 0 failed".formatted(ALL, ALL));
  }

  private Path h2spec() throws Exception {
    Path archive = directory.resolve("h2spec.tar.gz");
    try (InputStream in = H2SpecTest.class.getResourceAsStream(ARCHIVE)) {
      assertThat(in).as(ARCHIVE).isNotNull();
      Files.copy(in, archive);
    }
    run(List.of("tar", "-xzf", archive.toString(), "-C", directory.toString()));
    try (var files = Files.walk(directory)) {
      return files
          .filter(f -> f.getFileName().toString().equals("h2spec"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static String run(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return output;
  }
}
