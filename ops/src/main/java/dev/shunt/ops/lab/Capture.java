package dev.shunt.ops.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A running capture at one port of a lab's switch.
 *
 * <p>At the switch and not at the host, because what a host's XDP program sends or drops is never
 * seen by a capture on that host.
 */
public final class Capture implements AutoCloseable {

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final int SNAP_LENGTH = 128;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  private final Process process;
  private final Path file;

  private Capture(Process process, Path file) {
    this.process = process;
    this.file = file;
  }

  static Capture start(
      LabTopology topology, LabPaths paths, String host, String filter, int maxFrames) {
    LabHost at = topology.require(host);
    Path file =
        paths.capture(
            "%s-%d-%d"
                .formatted(at.name(), ProcessHandle.current().pid(), NUMBER.incrementAndGet()));
    List<String> command =
        List.of(
            "tcpdump",
            "-i",
            at.name(),
            "-n",
            "-U",
            "--immediate-mode",
            "-Z",
            "root",
            "-s",
            Integer.toString(SNAP_LENGTH),
            "-c",
            Integer.toString(maxFrames),
            "-w",
            file.toString(),
            filter);
    try {
      Process process =
          new ProcessBuilder(Shell.inNamespace(topology.switchNamespace(), command))
              .redirectErrorStream(true)
              .start();
      awaitListening(process, host);
      return new Capture(process, file);
    } catch (IOException e) {
      throw new LabException("capture at " + host + ": " + e.getMessage(), e);
    }
  }

  /** The frames so far, in order. */
  public List<Frame> frames() {
    try {
      return PcapReader.read(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new LabException(file + ": " + e.getMessage(), e);
    }
  }

  /** The capture's file, for other tools. */
  public Path file() {
    return file;
  }

  /** Ends the capture and answers all its frames. */
  public List<Frame> stop() {
    Waiting.until(STOP_LIMIT, this::isDrained, () -> "tcpdump is busy for too long");
    close();
    return frames();
  }

  /**
   * Whether every frame that has passed is in the file: what waits in its ring makes tcpdump run,
   * and it sleeps when there is nothing left. A signal alone ends it before it has read the rest.
   */
  private boolean isDrained() {
    try {
      // proc_pid_stat(5): the state is behind the name, which is in parentheses.
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      char state = stat.charAt(stat.lastIndexOf(')') + 2);
      return state == 'S' || state == 'Z';
    } catch (IOException e) {
      // It has ended by itself: it has all the frames that were asked for.
      return true;
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitListening(Process process, String host) throws IOException {
    // Not closed: that would close the pipe tcpdump still writes its last words to.
    BufferedReader words =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder said = new StringBuilder();
    for (String line = words.readLine(); line != null; line = words.readLine()) {
      if (line.contains("listening on")) {
        return;
      }
      said.append(line).append(' ');
    }
    throw new LabException("capture at " + host + ": " + said);
  }
}
