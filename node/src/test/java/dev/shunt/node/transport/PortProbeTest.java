package dev.shunt.node.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortProbeTest {

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  @BeforeEach
  void aTransportThatSharesPortsWorks() {
    assumeTrue(Transport.EPOLL.works(), "no native transport: nothing shares ports here");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPortIsChosenAndFreeAgainAtOnce(boolean datagrams) throws IOException {
    InetSocketAddress any = new InetSocketAddress(LOOPBACK, 0);
    InetSocketAddress chosen = PortProbe.free(any, datagrams, false);
    assertThat(chosen.getPort()).isPositive();
    assertThat(PortProbe.free(chosen, datagrams, false)).isEqualTo(chosen);
  }

  @Test
  void aPortThatAnotherListensOnIsNotFreeThoughItShares() throws IOException {
    try (ServerSocketChannel other = ServerSocketChannel.open()) {
      other.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      other.bind(new InetSocketAddress(LOOPBACK, 0));
      InetSocketAddress taken = (InetSocketAddress) other.getLocalAddress();
      assertThatThrownBy(() -> PortProbe.free(taken, false, false))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use");
    }
  }

  @Test
  void aPortOfDatagramsThatAnotherHasIsNotFree() throws IOException {
    try (DatagramSocket other = new DatagramSocket(0, LOOPBACK)) {
      InetSocketAddress taken = new InetSocketAddress(LOOPBACK, other.getLocalPort());
      assertThatThrownBy(() -> PortProbe.free(taken, true, false))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use");
    }
  }

  @Test
  void anAddressOfNobodyIsFreeOnlyWhereThatIsAllowed() throws IOException {
    InetSocketAddress nobodys = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 0);
    assertThatThrownBy(() -> PortProbe.free(nobodys, false, false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("assign");
    assertThat(PortProbe.free(nobodys, false, true).getAddress()).isEqualTo(nobodys.getAddress());
  }

  @Test
  void whatIsLeftOfAnEarlierConnectionIsNoObjection() throws IOException {
    InetSocketAddress used;
    try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK);
        var client = new java.net.Socket(LOOPBACK, server.getLocalPort());
        var accepted = server.accept()) {
      used = new InetSocketAddress(LOOPBACK, server.getLocalPort());
      accepted.shutdownOutput(); // The server ends first, so that TIME_WAIT is its.
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(PortProbe.free(used, false, false)).isEqualTo(used);
  }
}
