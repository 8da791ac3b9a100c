package dev.shunt.scheduler.xdp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a member sends and gets, whole, as a file for other tools. */
final class WireCapture {

  private WireCapture() {}

  /**
   * Listens at the switch, because what a program sends no capture on its own host shows.
   *
   * @param filter of tcpdump
   */
  static void during(LiveNetwork network, String member, String filter, Path file, Runnable traffic)
      throws IOException {
    List<String> command = new ArrayList<>(network.enter(LiveNetwork.SWITCH));
    command.addAll(List.of("timeout", "60", "tcpdump", "--immediate-mode", "-U", "-n", "-Z"));
    command.addAll(List.of("root", "-w", file.toString(), "-i", "p" + member, filter));
    Process capture = new ProcessBuilder(command).start();
    try (BufferedReader says =
        new BufferedReader(
            new InputStreamReader(capture.getErrorStream(), StandardCharsets.UTF_8))) {
      String line = says.readLine();
      while (line != null && !line.contains("listening on")) {
        line = says.readLine();
      }
      traffic.run();
      capture.toHandle().destroy();
      // It has written everything when it has said its last word.
      says.lines().forEach(rest -> {});
    } finally {
      capture.destroyForcibly();
    }
  }
}
