package dev.shunt.integrationtests.harness;

import dev.shunt.ops.lab.Lab;
import dev.shunt.ops.lab.LabException;
import dev.shunt.ops.lab.LabHost;
import java.util.List;
import java.util.stream.Collectors;

/** Where a client's connection stuck: what the kernels of members and servers have of it. */
final class ConnectionEvidence {

  /** Of each host. */
  private static final int MOST_LINES = 8;

  private ConnectionEvidence() {}

  /** A line, for the message of a failure: per host the connections that are not just idle. */
  static String of(Lab lab) {
    return lab.topology().hosts().stream()
        .filter(host -> host.role() != LabHost.Role.CLIENT)
        .map(host -> host.name() + ": " + connections(lab, host))
        .collect(Collectors.joining("; "));
  }

  private static List<String> connections(Lab lab, LabHost host) {
    try {
      return lab.exec(host.name(), "ss", "-Htan")
          .lines()
          .map(line -> line.strip().replaceAll("\\s+", " "))
          .filter(line -> isOfClient(lab, line) || isBusy(line))
          .limit(MOST_LINES)
          .toList();
    } catch (LabException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  private static boolean isOfClient(Lab lab, String line) {
    return line.contains(" " + lab.client().address() + ":") && !line.startsWith("TIME-WAIT");
  }

  /** Half open, or with bytes that nobody has read or acknowledged. */
  private static boolean isBusy(String line) {
    return line.startsWith("SYN-") || line.matches("ESTAB (0 [1-9]|[1-9]).*");
  }
}
