package dev.shunt.scheduler.vip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Vip;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class HostNetworkTest {

  @Test
  void theSolicitedNodeGroupEndsAsTheAddressDoes() {
    assertThat(HostNetwork.solicitedNode(new Vip(InetAddress.ofLiteral("2001:db8::f003:10"))))
        .isEqualTo("ff02::1:ff03:0010/128");
    assertThat(HostNetwork.solicitedNode(new Vip(InetAddress.ofLiteral("fd00::1:feff:fffe"))))
        .isEqualTo("ff02::1:ffff:fffe/128");
  }

  @Test
  void aDataAddressMustBeThisHostsOwn() throws DataPlaneException {
    HostNetwork.requireAddress(InetAddress.ofLiteral("127.0.0.1"));

    assertThatThrownBy(() -> HostNetwork.requireAddress(InetAddress.ofLiteral("203.0.113.77")))
        .isInstanceOf(DataPlaneException.class)
        .hasMessage(
            "data address 203.0.113.77: no interface of this host has it; allowed is one by which"
                + " members reach it");
  }
}
