package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.MacAddress;
import org.junit.jupiter.api.Test;

final class GratuitousArpTest {

  @Test
  void anAnnouncementIsARequestForOnesOwnAddressToEverybody() {
    assertThat(GratuitousArp.frame(World.MINE, World.ip(World.VIP)))
        .isEqualTo(Frame.arp(World.BROADCAST, 1, World.MINE, World.VIP, World.NOBODY, World.VIP));
  }

  @Test
  void everyonesVipIsAnnouncedAtTheGroupByWhoeverDoes() {
    MacAddress group = MacAddress.parse("03:53:cb:00:71:0a");
    assertThat(GratuitousArp.frame(World.MINE, group, World.ip(World.VIP)))
        .isEqualTo(
            Frame.arp(World.BROADCAST, World.MINE, 1, group, World.VIP, World.NOBODY, World.VIP));
  }
}
