package dev.shunt.scheduler.vip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.MacAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class NextHopsTest {

  private static final String ROUTER = "02:77:00:00:00:01";

  @Test
  void routesAndNeighboursOfTheInterfaceAreReadAndNothingElse() {
    NextHops.Tables tables =
        NextHops.parse(
            List.of(
                "10.9.0.2 via 10.77.0.1 dev eth0 src 10.77.0.11 uid 0 \\    cache ",
                "10.77.0.12 dev eth0 src 10.77.0.11 uid 0 \\    cache ",
                "10.8.0.2 via 10.66.0.1 dev eth1 src 10.66.0.11 uid 0 \\    cache ",
                "local 10.77.0.11 dev lo table local src 10.77.0.11 uid 0 \\    cache <local> ",
                "fd09::2 from :: via fe80::1 dev eth0 proto ra src fd77::11 metric 1024 pref medium",
                "10.77.0.1 lladdr " + ROUTER + " managed REACHABLE ",
                "10.77.0.12 lladdr 02:77:00:00:00:0c STALE ",
                "10.77.0.13 lladdr 02:77:00:00:00:0d FAILED ",
                "10.77.0.14 managed INCOMPLETE ",
                "fe80::1 lladdr " + ROUTER + " router managed DELAY ",
                ""),
            "eth0");

    assertThat(tables.routes())
        .isEqualTo(
            Map.of(
                ip("10.9.0.2"), ip("10.77.0.1"),
                ip("10.77.0.12"), ip("10.77.0.12"),
                ip("fd09::2"), ip("fe80::1")));
    assertThat(tables.neighbours())
        .isEqualTo(
            Map.of(
                ip("10.77.0.1"), MacAddress.parse(ROUTER),
                ip("10.77.0.12"), MacAddress.parse("02:77:00:00:00:0c"),
                ip("fe80::1"), MacAddress.parse(ROUTER)));
  }

  @Test
  void nothingIsKnownBeforeTheFirstLook() {
    assertThat(new NextHops("no-such-interface", List.of(ip("10.9.0.2"))).read()).isEmpty();
  }

  private static InetAddress ip(String text) {
    return InetAddress.ofLiteral(text);
  }
}
