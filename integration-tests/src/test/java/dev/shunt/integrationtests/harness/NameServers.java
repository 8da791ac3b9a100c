package dev.shunt.integrationtests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.ops.lab.LabHost;
import dev.shunt.ops.lab.LabTopology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** dnsmasq at every server, and dig at the client. */
public final class NameServers implements AutoCloseable {

  /** What is answered to every question of {@link #ask}. */
  public static final String ANSWER = "192.0.2.77";

  private static final String NAME = "shunt.example";
  private static final Path SERVER = Path.of("/usr/sbin/dnsmasq");
  private static final Path CLIENT = Path.of("/usr/bin/dig");

  private final TestArray array;
  private final List<Process> servers = new ArrayList<>();

  private NameServers(TestArray array) {
    this.array = array;
  }

  public static NameServers start(TestArray array) throws IOException {
    require(Files.isExecutable(SERVER) && Files.isExecutable(CLIENT));
    NameServers started = new NameServers(array);
    for (LabHost host : array.lab().topology().serverHosts()) {
      started.servers.add(
          new ProcessBuilder(
                  "nsenter",
                  "--net=/run/netns/" + host.namespace(),
                  SERVER.toString(),
                  "--keep-in-foreground",
                  "--conf-file=/dev/null",
                  "--pid-file=",
                  "--user=root",
                  "--no-resolv",
                  "--no-hosts",
                  "--bind-interfaces",
                  "--listen-address=" + host.address(),
                  "--address=/" + NAME + "/" + ANSWER)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start());
    }
    return started;
  }

  private static void require(boolean there) {
    if (!there) {
      String reason = "needs dnsmasq and dig (packages dnsmasq-base and bind9-dnsutils)";
      assertThat("true".equals(System.getenv("CI"))).as("CI must not skip: " + reason).isFalse();
      System.err.println("skipped: " + reason);
      Assumptions.abort(reason);
    }
  }

  /** The addresses that the array's service says belong to a name. */
  public List<String> ask() {
    String server = "@" + LabTopology.VIP;
    return array
        .lab()
        .exec("client", CLIENT.toString(), server, "+short", "+tries=10", "+time=2", NAME, "A")
        .lines()
        .toList();
  }

  @Override
  public void close() {
    servers.forEach(Process::destroyForcibly);
  }
}
