package dev.shunt.scheduler.vip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.MacAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class NeighboursTest {

  @Test
  void completeEntriesOfTheInterfaceAreReadAndNothingElse() {
    List<String> table =
        List.of(
            "IP address       HW type     Flags       HW address            Mask     Device",
            "10.77.0.21       0x1         0x2         02:77:00:00:00:15     *        eth0",
            "10.77.0.22       0x1         0x0         00:00:00:00:00:00     *        eth0",
            "10.77.0.23       0x1         0x6         02:77:00:00:00:17     *        eth0",
            "10.77.0.24       0x1         0x2         02:77:00:00:00:18     *        eth1",
            "10.77.0.25       0x1         zwei        02:77:00:00:00:19     *        eth0",
            "",
            "nobody");
    assertThat(Neighbours.parse(table, "eth0"))
        .isEqualTo(
            Map.of(
                InetAddress.ofLiteral("10.77.0.21"), MacAddress.parse("02:77:00:00:00:15"),
                InetAddress.ofLiteral("10.77.0.23"), MacAddress.parse("02:77:00:00:00:17")));
  }

  @Test
  void theKernelsOwnTableCanBeRead() {
    assertThat(new Neighbours("no-such-interface").read()).isEmpty();
  }
}
