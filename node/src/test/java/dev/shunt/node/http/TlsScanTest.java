package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.TlsTermination;
import dev.shunt.node.tls.TestCertificates;
import dev.shunt.node.tls.TlsLibrary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What testssl.sh finds in a node's TLS: nothing above LOW. */
class TlsScanTest {

  private record Finding(String severity, String text) {}

  /** Each is an object of its own lines, and a value never spans two. */
  private static final Pattern FINDING =
      Pattern.compile(
          "\"id\"\\s*:\\s*\"([^\"]*)\".*?\"severity\"\\s*:\\s*\"([^\"]*)\".*?\"finding\"\\s*:\\s*\"([^\"]*)\"",
          Pattern.DOTALL);

  /** All but those that ask for each cipher or client by itself, which take minutes. */
  private static final List<String> CHECKS =
      List.of(
          "--fast",
          "--protocols",
          "--std",
          "--server-defaults",
          "--heartbleed",
          "--ccs",
          "--ticketbleed",
          "--renegotiation",
          "--crime",
          "--breach",
          "--poodle",
          "--tls-fallback",
          "--sweet32",
          "--freak",
          "--logjam",
          "--drown",
          "--lucky13",
          "--rc4");

  private static final Set<String> FINE = Set.of("OK", "INFO", "LOW");

  /**
   * What is said of the test and not of the node: its authority has no list of what it revoked, and
   * the openssl that it asks with has neither engines nor RC4.
   */
  private static final Set<String> OF_THE_TEST = Set.of("cert_revocation", "engine_problem", "RC4");

  @TempDir Path directory;

  private Map<String, Finding> scan(TlsLibrary library) throws Exception {
    Tools.require("testssl", "testssl.sh");
    Tools.require("hexdump", "bsdextrautils");
    TlsTermination tls =
        TlsTermination.of(
            new TestCertificates(directory)
                .certificate(
                    "web",
                    "-newkey ec -pkeyopt ec_paramgen_curve:P-256",
                    200,
                    "DNS:localhost",
                    "IP:127.0.0.1"));
    Path json = directory.resolve("findings.json");
    List<String> command = new ArrayList<>(List.of("testssl", "--quiet", "--color", "0"));
    command.addAll(List.of("--warnings", "off", "--nodns", "none", "--openssl-timeout", "5"));
    command.addAll(List.of("--add-ca", directory.resolve("ca.pem").toString()));
    command.addAll(List.of("--jsonfile", json.toString()));
    command.addAll(CHECKS);
    try (RawServer server = RawServer.saying("hello");
        TestNode node = TestNode.with(library, s -> s.with(tls), server.address())) {
      command.add("127.0.0.1:" + node.address().getPort());
      // It ends with the number of its findings.
      String said = Tools.run(directory, command, IntStream.range(0, 50).boxed().toList());
      assertThat(json).as(said).exists();
    }
    Map<String, Finding> findings = new HashMap<>();
    FINDING
        .matcher(Files.readString(json))
        .results()
        .forEach(
            found -> findings.put(found.group(1), new Finding(found.group(2), found.group(3))));
    return findings;
  }

  @ParameterizedTest
  @EnumSource(TlsLibrary.class)
  void nothingIsFoundAboveLow(TlsLibrary library) throws Exception {
    Map<String, Finding> findings = scan(library);
    assertThat(findings)
        .as("that it looked at all")
        .containsEntry("TLS1_3", new Finding("OK", "offered with final"))
        .containsEntry("TLS1_2", new Finding("OK", "offered"))
        .containsEntry("TLS1", new Finding("INFO", "not offered"))
        .containsEntry("cert_chain_of_trust", new Finding("OK", "passed."))
        .containsKeys("heartbleed", "CCS", "ticketbleed", "secure_client_renego", "LUCKY13");
    Map<String, Finding> bad = new HashMap<>(findings);
    bad.values().removeIf(finding -> FINE.contains(finding.severity));
    bad.keySet().removeAll(OF_THE_TEST);
    assertThat(bad).isEmpty();
  }
}
