package dev.shunt.scheduler.vip;

import static org.assertj.core.api.Assertions.assertThat;

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
}
