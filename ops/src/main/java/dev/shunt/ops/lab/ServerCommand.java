package dev.shunt.ops.lab;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
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

  @Option(
      names = "--certificate",
      description = "What it shows in TLS; without one there is nothing but HTTP.")
  private @Nullable Path certificate;

  @Option(names = "--key", description = "The key of the certificate.")
  private @Nullable Path key;

  @Option(
      names = "--echo",
      paramLabel = "ADDRESS",
      description = "Sends datagrams to this address back; without one there are none.")
  private @Nullable String echo;

  @Override
  int act() throws Exception {
    try (DemoServer server = new DemoServer(name, new InetSocketAddress(port)).start()) {
      print("server %s listens on port %d".formatted(name, server.port()));
      if (echo != null) {
        InetSocketAddress address =
            new InetSocketAddress(InetAddress.ofLiteral(echo), LabTopology.ECHO_PORT);
        try (DemoDatagrams _ = new DemoDatagrams(name, address, true)) {
          new CountDownLatch(1).await();
        }
      } else if (certificate == null || key == null) {
        new CountDownLatch(1).await();
      } else {
        more(LabCertificate.context(certificate, key));
      }
    }
    return OK;
  }

  /** What a server of the array has beside HTTP. */
  private void more(SSLContext tls) throws Exception {
    InetSocketAddress datagrams =
        new InetSocketAddress(LabTopology.PLAIN_VIP, LabTopology.DATAGRAM_PORT);
    try (DemoServer _ =
            new DemoServer(name, new InetSocketAddress(LabTopology.TLS_PORT), tls).start();
        DemoBytes _ = new DemoBytes(name, new InetSocketAddress(LabTopology.BYTES_PORT));
        DemoDatagrams _ = new DemoDatagrams(name, datagrams, false);
        DemoDatagrams _ =
            new DemoDatagrams(name, new InetSocketAddress(LabTopology.ECHO_SERVER_PORT), true)) {
      new CountDownLatch(1).await();
    }
  }
}
