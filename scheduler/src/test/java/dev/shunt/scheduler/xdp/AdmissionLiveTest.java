package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.xdp.LiveNetwork.Member;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Claims L4 and L11 with real clients: what they hear when they are refused, and who never is. */
final class AdmissionLiveTest {

  private static final String SCHEDULER = "b";
  private static final String TARGET = "a";
  private static final int FIRST = 1_000;

  /** More than the buffers of both ends hold. */
  private static final int BYTES = 40_000_000;

  @TempDir private Path folder;

  private LiveNetwork network;
  private Member scheduler;

  /** A client that reads the beginning of an answer, and the rest when it is told to. */
  private static final class Transfer implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;

    Transfer(LiveNetwork network, String vip, String request, int rest) throws IOException {
      List<String> command = new ArrayList<>(network.enter(LiveNetwork.CLIENT));
      String script =
          ("exec 3<>/dev/tcp/%s/%d && echo '%s' >&3 && head -c %d <&3 | wc -c && read -r _"
                  + " && head -c %d <&3 | wc -c")
              .formatted(vip, World.HTTP_PORT, request, FIRST, rest);
      command.addAll(List.of("timeout", "60", "bash", "-c", script));
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
      out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    String said() throws IOException {
      return String.valueOf(out.readLine()).strip();
    }

    String goOn() throws IOException {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      return said();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  @BeforeEach
  void startScheduler() throws IOException {
    Kernel.requireNetwork();
    for (String command : List.of("ethtool", "sysctl", "bash", "timeout", "head")) {
      Kernel.requireCommand(command);
    }
    network = new LiveNetwork(folder);
    scheduler = network.start(SCHEDULER);
    assertThat(scheduler.greeting()).isEqualTo("ready adopted=false");
    scheduler.tell("only " + TARGET);
    scheduler.tell("lease 120000");
  }

  @AfterEach
  void stop() {
    if (network != null) {
      network.close();
    }
  }

  @Test
  void whoIsRefusedHearsItAtOnceAndATransferRunsOn() throws IOException {
    assertThat(network.start(TARGET).greeting()).isEqualTo("ready adopted=false");
    scheduler.tell("admit 1");
    try (Transfer transfer = new Transfer(network, World.VIP, BYTES + "", BYTES + 2 - FIRST)) {
      assertThat(transfer.said()).isEqualTo("" + FIRST);

      assertThat(connect(World.VIP)).contains("Connection refused").endsWith("1");
      assertThat(scheduler.outcome("refuse_reset")).isEqualTo(1);
      assertThat(scheduler.outcome("refused_sessions")).isEqualTo(1);

      scheduler.tell("shed");
      assertThat(connect(World.VIP6)).contains("Connection refused").endsWith("1");
      assertThat(datagram(World.VIP)).contains("Connection refused").endsWith("1");
      assertThat(datagram(World.VIP6)).contains("Connection refused").endsWith("1");
      assertThat(scheduler.outcome("refuse_reset")).isEqualTo(2);
      assertThat(scheduler.outcome("refuse_unreachable")).isEqualTo(2);

      assertThat(transfer.goOn()).isEqualTo("" + (BYTES + 2 - FIRST));
    }
    assertThat(scheduler.outcome("drop_refused")).isZero();
  }

  /** Both ends take labels: behind the second packet nothing is analysed, nor could be refused. */
  @Test
  void aLabelledTransferRunsOnWhileNothingNewIsAdmitted() throws IOException {
    scheduler.tell("labels");
    scheduler.tell("only " + TARGET);
    scheduler.tell("admit 1");
    assertThat(edge(TARGET, "SERVER").greeting()).isEqualTo("ready adopted=false");
    assertThat(network.start(TARGET, EdgeServer.class).greeting()).isEqualTo("ready");
    assertThat(edge(LiveNetwork.CLIENT, "CLIENT").greeting()).isEqualTo("ready adopted=false");
    try (Transfer transfer = new Transfer(network, World.VIP, "down " + BYTES, BYTES - FIRST)) {
      assertThat(transfer.said()).isEqualTo("" + FIRST);
      scheduler.tell("shed");
      assertThat(connect(World.VIP)).contains("Connection refused").endsWith("1");
      long switched = scheduler.outcome("label_switch");
      long analysed = scheduler.outcome("forward_session");

      assertThat(transfer.goOn()).isEqualTo("" + (BYTES - FIRST));

      assertThat(scheduler.outcome("label_switch")).isGreaterThan(switched + 100);
      assertThat(scheduler.outcome("forward_session")).isLessThan(analysed + 3);
      assertThat(scheduler.outcome("refuse_reset")).isEqualTo(1);
    }
  }

  /** What the client hears, and how the command ends: 124 is a time-out. */
  private String connect(String vip) {
    return shell("timeout 5 bash -c 'exec 3<>/dev/tcp/%s/%d' 2>&1; echo $?", vip, World.HTTP_PORT);
  }

  private String datagram(String vip) {
    return shell(
        "timeout 5 bash -c 'exec 3<>/dev/udp/%s/%d && echo x >&3 && exec head -c 1 <&3' 2>&1;"
            + " echo $?",
        vip, World.DNS_PORT);
  }

  private String shell(String script, String vip, int port) {
    return network.in(LiveNetwork.CLIENT, "bash", "-c", script.formatted(vip, port)).strip();
  }

  private Member edge(String host, String role) throws IOException {
    return network.start(host, EdgeProcess.class, role, network.pins(host).toString());
  }
}
