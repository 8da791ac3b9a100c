package dev.shunt.ops.lab;

import dev.shunt.cluster.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a daemon does in a training run: on addresses of this host alone, a server of the lab's and
 * a client that asks for its content through the daemon.
 *
 * <p>The JVM keeps the classes that such a run has loaded, and what it learned of its methods (JEP
 * 483 and 515), for later starts.
 */
public final class Rehearsal implements AutoCloseable {

  /** The member of an array that this is. */
  public static final String MEMBER = "m1";

  private static final String LOOPBACK = "127.0.0.1";
  private static final String SECRET = "secret";
  private static final int REQUESTS_A_CONNECTION = 200;
  private static final int BYTES = 1_000;

  private final DemoServer server;
  private final int port;
  private final Ticker ticker;

  /**
   * Begins to serve.
   *
   * @throws IOException if it can't
   */
  public Rehearsal(Ticker ticker) throws IOException {
    this.ticker = ticker;
    port = FreePort.find();
    server =
        new DemoServer("rehearsal", new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), 0))
            .start();
  }

  /**
   * Writes a configuration of one service, and what it needs, to an empty folder.
   *
   * @param array whether of a member of an array, whose others never come
   * @return the configuration's file
   */
  public Path configure(Path folder, boolean array) throws IOException {
    LabSecret.write(folder.resolve(SECRET));
    return Files.writeString(folder.resolve("shunt.yaml"), yaml(array));
  }

  private String yaml(boolean array) {
    String member =
        """
        array:
          name: rehearsal
          members:
            - {name: %s, address: %s}
            - {name: m2, address: 127.0.0.2}
            - {name: m3, address: 127.0.0.3}
          interface: lo
          secret_file: %s
        """
            .formatted(MEMBER, LOOPBACK, SECRET);
    return """
    %sadmin: {socket: "admin.sock"}
    services:
      - name: web
        listen: %s:%d
        servers: ["%s:%d"]
        stages: [{cookie: {name: SERVER}}]
    """
        .formatted(array ? member : "", LOOPBACK, port, LOOPBACK, server.port());
  }

  /**
   * Asks for so long, on one connection after the other.
   *
   * @throws IOException if an answer does not come or is not the right one
   */
  public void ask(Duration time) throws IOException {
    LoadOptions options = LoadOptions.standard().withTarget(LOOPBACK, port);
    long begin = ticker.nanos();
    long seed = 1;
    while (ticker.nanos() - begin < time.toNanos()) {
      try (Socket socket = ProbeConnection.bound();
          ProbeConnection connection = ProbeConnection.connect(socket, options)) {
        for (int i = 0; i < REQUESTS_A_CONNECTION && !connection.closing(); i++) {
          connection.request(seed++, BYTES);
        }
      }
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
