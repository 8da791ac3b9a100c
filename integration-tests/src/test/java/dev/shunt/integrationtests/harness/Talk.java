package dev.shunt.integrationtests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.ops.lab.LabTopology;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * A connection of the client to the service {@code relayed}, in which the test itself speaks,
 * through netcat.
 */
public final class Talk implements AutoCloseable {

  private static final Path NETCAT = Path.of("/bin/nc.openbsd");

  /** The longest that nothing may come. */
  private static final String SECONDS = "60";

  private final int port;
  private final Process netcat;

  private Talk(int port, Process netcat) {
    this.port = port;
    this.netcat = netcat;
  }

  /** Connects from a port that no other test has used. */
  public static Talk open(TestArray array) throws IOException {
    requireNetcat(Files.isExecutable(NETCAT));
    int port = Download.freshPort();
    ProcessBuilder command =
        new ProcessBuilder(
            "nsenter",
            "--net=/run/netns/" + array.lab().client().namespace(),
            NETCAT.toString(),
            "-N", // Its input's end is the connection's, in that direction.
            "-w",
            SECONDS,
            "-p",
            Integer.toString(port),
            LabTopology.VIP,
            Integer.toString(LabTopology.RELAYED_PORT));
    return new Talk(port, command.redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  private static void requireNetcat(boolean there) {
    if (!there) {
      String reason = "needs netcat (package netcat-openbsd)";
      assertThat("true".equals(System.getenv("CI"))).as("CI must not skip: " + reason).isFalse();
      System.err.println("skipped: " + reason);
      Assumptions.abort(reason);
    }
  }

  /** The client's. */
  public int port() {
    return port;
  }

  public void say(String text) throws IOException {
    OutputStream out = netcat.getOutputStream();
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /** The next line, without its end. */
  public String hear() throws IOException {
    InputStream in = netcat.getInputStream();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int b = in.read();
    while (b != '\n') {
      if (b < 0) {
        throw new EOFException(
            "the connection from port %d ended after '%s'".formatted(port, line));
      }
      line.write(b);
      b = in.read();
    }
    return line.toString(StandardCharsets.US_ASCII);
  }

  /** Says that nothing more is said; what is heard then, up to the end. */
  public String finish() throws IOException {
    netcat.getOutputStream().close();
    return new String(netcat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  /** Ends it, whatever is under way. */
  @Override
  public void close() {
    netcat.destroyForcibly();
  }
}
