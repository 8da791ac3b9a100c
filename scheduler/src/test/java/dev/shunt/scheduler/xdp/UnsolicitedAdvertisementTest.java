package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.MacAddress;
import org.junit.jupiter.api.Test;

final class UnsolicitedAdvertisementTest {

  @Test
  void anAnnouncementIsAnOverridingAdvertisementToAllNodes() {
    assertThat(UnsolicitedAdvertisement.frame(World.MINE, World.ip(World.VIP6)))
        .isEqualTo(
            DiscoveryFixtures.answer(
                MacAddress.parse("33:33:00:00:00:01"), "ff02::1", DiscoveryFixtures.OVERRIDE));
  }
}
