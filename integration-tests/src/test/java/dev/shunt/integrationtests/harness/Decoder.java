package dev.shunt.integrationtests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** tshark: Wireshark's dissectors, which know nothing of this project. */
public final class Decoder {

  /** Of a label in UDP, so that what is outside comes before what is inside. */
  private static final String[] TUNNEL = {
    "udp.dstport",
    "ip.ttl",
    "mpls.label",
    "mpls.exp",
    "mpls.bottom",
    "mpls.ttl",
    "ip.dst",
    "ipv6.dst",
    "ip.checksum.status",
    "_ws.malformed"
  };

  private Decoder() {}

  /** The headers of each frame that carries a label in UDP, see {@link #fields}. */
  public static List<String> tunnelled(Path capture) {
    return fields(capture, TUNNEL);
  }

  /**
   * The fields of each frame of a capture, separated by spaces; several of one name by commas.
   *
   * @param fields names that tshark knows, such as {@code mpls.label}
   */
  public static List<String> fields(Path capture, String... fields) {
    List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", capture.toString()));
    command.addAll(List.of("-T", "fields", "-E", "separator=/s"));
    for (String field : fields) {
      command.addAll(List.of("-e", field));
    }
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return said.lines().toList();
    } catch (IOException e) {
      assertThat("true".equals(System.getenv("CI")))
          .as("tshark is missing (package tshark); CI must not skip")
          .isFalse();
      System.err.println("skipped: needs tshark (package tshark): " + e.getMessage());
      return Assumptions.abort("needs tshark (package tshark)");
    }
  }
}
