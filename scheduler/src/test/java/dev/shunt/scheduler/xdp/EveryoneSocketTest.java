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
import org.junit.jupiter.api.Test;

/**
 * Everyone's VIPs, and what this machine's stack has for them: real sockets of this process on a
 * loopback address, which stands for the VIP.
 */
final class EveryoneSocketTest {

  private static final long MINUTE = 60_000_000_000L;

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

    /** Where a packet of the client from this port ends. */
    Outcome run(int flags, int port) throws DataPlaneException {
      String address = vip.address().getHostAddress();
      int to = listener.getLocalPort();
      MacAddress group = vip.groupMac();
      byte[] frame =
          vip.address().getAddress().length == 4
              ? Frame.tcp(flags).source(address, port).destination(address, to).to(group).bytes()
              : Frame6.tcp(flags).source(address, port).destination(address, to).to(group).bytes();
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

  @Test
  void aConnectionOfThisMachineIsItsOwnWhateverTheFormulaSays() throws Exception {
    Kernel.requireBpf();
    for (String vip : new String[] {"127.0.0.1", "::1"}) {
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
  }

  @Test
  void aNewConnectionIsWhoseTheFormulaSaysAsLongAsThatOneIsPresentAndListens() throws Exception {
    Kernel.requireBpf();
    for (String vip : new String[] {"127.0.0.1", "::1"}) {
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
  }
}
