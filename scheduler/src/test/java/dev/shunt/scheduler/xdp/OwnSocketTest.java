package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.FIN;
import static dev.shunt.scheduler.xdp.Frame.SYN;
import static dev.shunt.scheduler.xdp.World.A;
import static dev.shunt.scheduler.xdp.World.B;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.Protocol;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.Pick;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.Vip;
import dev.shunt.scheduler.xdp.layout.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What this machine's stack has is its own, whatever tables say: real sockets of this process on a
 * loopback address, which stands for the VIP.
 */
final class OwnSocketTest {

  private static final long MINUTE = 60_000_000_000L;
  private static final int LABEL = 8_201;

  /** The VIP in the program's tables, and a connection to it in the machine's. */
  private static final class Connection implements AutoCloseable {
    final World world = new World();
    final ServerSocket listener;
    final Socket client;
    final Socket server;
    final Vip vip;

    Connection(String address) throws IOException, DataPlaneException {
      vip = new Vip(InetAddress.ofLiteral(address));
      listener = new ServerSocket(0, 1, vip.address());
      client = new Socket(vip.address(), listener.getLocalPort());
      server = listener.accept();
      world.shareFor(MINUTE);
    }

    void placeOf(int label) throws DataPlaneException {
      world.everyone(
          Map.of(
              new Service("every", vip, listener.getLocalPort(), Protocol.TCP),
              new DispatchRow(Pick.SUM3, new int[] {label})));
    }

    /** All new sessions go to this target. */
    void rowOf(int label) throws DataPlaneException {
      world.onlyService(
          new Service("any", vip, listener.getLocalPort(), Protocol.TCP), World.rowOf(label));
    }

    /** Where a packet of the client from this port to everyone ends. */
    Outcome run(int flags, int port) throws DataPlaneException {
      MacAddress group = vip.groupMac();
      return run(
          isIpv4() ? four(flags, port).to(group).bytes() : six(flags, port).to(group).bytes());
    }

    /** Where it ends when another member has sent it here by the session's label. */
    Outcome runLabelled(int label, int port) throws DataPlaneException {
      return run(
          isIpv4()
              ? four(ACK, port).labelled(World.MINE, World.MAC_C, label, 64, true)
              : six(ACK, port).labelled(World.MINE, World.MAC_C, label, 64));
    }

    private boolean isIpv4() {
      return vip.address().getAddress().length == 4;
    }

    private Frame four(int flags, int port) {
      String address = vip.address().getHostAddress();
      return Frame.tcp(flags).source(address, port).destination(address, listener.getLocalPort());
    }

    private Frame6 six(int flags, int port) {
      String address = vip.address().getHostAddress();
      return Frame6.tcp(flags).source(address, port).destination(address, listener.getLocalPort());
    }

    private Outcome run(byte[] frame) throws DataPlaneException {
      Map<String, Long> before = world.counters.outcomes();
      world.run(frame);
      Map<String, Long> after = world.counters.outcomes();
      Optional<Outcome> outcome =
          java.util.Arrays.stream(Outcome.values())
              .filter(
                  o -> !java.util.Objects.equals(after.get(o.counter()), before.get(o.counter())))
              .findFirst();
      return outcome.orElseThrow();
    }

    @Override
    public void close() throws IOException {
      world.close();
      client.close();
      server.close();
      listener.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aConnectionOfThisMachineIsItsOwnWhateverTheFormulaSays(String vip) throws Exception {
    Kernel.requireBpf();
    try (Connection connection = new Connection(vip)) {
      int port = connection.client.getLocalPort();
      connection.placeOf(A);
      assertThat(connection.run(ACK, port)).isEqualTo(Outcome.LOCAL_SUM);
      assertThat(connection.run(ACK, port ^ 1)).isEqualTo(Outcome.DROP_NO_SOCKET);

      connection.placeOf(B);
      assertThat(connection.run(ACK, port)).isEqualTo(Outcome.PASS_OWN_CONNECTION);
      assertThat(connection.run(FIN | ACK, port)).isEqualTo(Outcome.PASS_OWN_CONNECTION);
      assertThat(connection.run(ACK, port ^ 1)).isEqualTo(Outcome.DROP_OTHERS_SHARE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aNewConnectionIsWhoseTheFormulaSaysAsLongAsThatOneIsPresentAndListens(String vip)
      throws Exception {
    Kernel.requireBpf();
    try (Connection connection = new Connection(vip)) {
      connection.placeOf(A);
      assertThat(connection.run(SYN, 9)).isEqualTo(Outcome.LOCAL_SUM);

      connection.world.shareFor(0);
      assertThat(connection.run(SYN, 9)).isEqualTo(Outcome.DROP_SHARE_LAPSED);
      int port = connection.client.getLocalPort();
      assertThat(connection.run(ACK, port)).isEqualTo(Outcome.LOCAL_SUM);

      connection.world.shareFor(MINUTE);
      connection.listener.close();
      assertThat(connection.run(SYN, 9)).isEqualTo(Outcome.DROP_NO_SOCKET);

      connection.placeOf(B);
      assertThat(connection.run(SYN, 9)).isEqualTo(Outcome.DROP_OTHERS_SHARE);
      assertThat(connection.world.sessions.list()).isEmpty();
    }
  }

  /** Until its neighbours know of the new scheduler the former one goes on, and by labels. */
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aSchedulerKeepsTheConnectionForWhichTheFormerOneChoseIt(String vip) throws Exception {
    Kernel.requireBpf();
    try (Connection connection = new Connection(vip)) {
      int port = connection.client.getLocalPort();
      connection.rowOf(B);
      connection.world.leaseFor(MINUTE);

      assertThat(connection.runLabelled(LABEL, port)).isEqualTo(Outcome.LABEL_LEARN);
      assertThat(connection.world.onlySession().target()).isEqualTo(A);
      assertThat(connection.runLabelled(LABEL + 2, port ^ 1)).isEqualTo(Outcome.FORWARD_STATELESS);
    }
  }
}
