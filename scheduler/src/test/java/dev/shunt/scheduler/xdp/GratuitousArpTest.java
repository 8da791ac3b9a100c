package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class GratuitousArpTest {

  @Test
  void anAnnouncementIsARequestForOnesOwnAddressToEverybody() {
    assertThat(GratuitousArp.frame(World.MINE, World.ip(World.VIP)))
        .isEqualTo(Frame.arp(World.BROADCAST, 1, World.MINE, World.VIP, World.NOBODY, World.VIP));
  }
}
