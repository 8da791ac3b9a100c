package dev.shunt.ops.lab;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code shunt lab server}: one demo server, until its process ends. */
@Command(
    name = "server",
    hidden = true,
    description = "Run a demo server.",
    mixinStandardHelpOptions = true)
final class ServerCommand extends LabAction {

  @Option(names = "--name", required = true, description = "What it calls itself.")
  private String name = "";

  @Option(names = "--port", description = "Where it listens (${DEFAULT-VALUE}).")
  private int port = LabTopology.SERVER_PORT;

  @Option(names = "--certificate", required = true, description = "What it shows in TLS.")
  private Path certificate = Path.of("");

  @Option(names = "--key", required = true, description = "The key of the certificate.")
  private Path key = Path.of("");

  @Override
  int act() throws Exception {
    SSLContext tls = LabCertificate.context(certificate, key);
    try (DemoServer server = new DemoServer(name, new InetSocketAddress(port)).start();
        DemoServer _ =
            new DemoServer(name, new InetSocketAddress(LabTopology.TLS_PORT), tls).start();
        DemoBytes _ = new DemoBytes(name, new InetSocketAddress(LabTopology.BYTES_PORT));
        DemoDatagrams _ =
            new DemoDatagrams(
                name,
                new InetSocketAddress(LabTopology.PLAIN_VIP, LabTopology.DATAGRAM_PORT),
                false);
        DemoDatagrams _ =
            new DemoDatagrams(name, new InetSocketAddress(LabTopology.ECHO_SERVER_PORT), true)) {
      print("server %s listens on port %d".formatted(name, server.port()));
      new CountDownLatch(1).await();
    }
    return OK;
  }
}
