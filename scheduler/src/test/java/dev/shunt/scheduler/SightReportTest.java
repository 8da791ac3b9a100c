package dev.shunt.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SightReportTest {

  @Test
  void whatIsReportedIsRead() {
    List<Sight> sights =
        List.of(Sight.UNKNOWN, Sight.DOWN, Sight.up(Duration.ofMillis(3)), Sight.UNKNOWN);
    assertThat(read(new SightReport(sights).toAttributes(SightReport.SERVERS)).sights())
        .isEqualTo(sights);
  }

  @Test
  void asManyAsAreAllowedFitIntoTheAttributesOfAMember() {
    List<Sight> sights = new ArrayList<>();
    for (int i = 0; i < SightReport.MAX_SIGHTS; i++) {
      sights.add(i % 3 == 0 ? Sight.DOWN : Sight.up(Duration.ofMillis(i)));
    }
    assertThat(read(new SightReport(sights).toAttributes(SightReport.SERVERS)).sights())
        .isEqualTo(sights);
  }

  @Test
  void nothingOrGarbageIsUnknown() {
    assertThat(read(Map.of()).sight(3)).isEqualTo(Sight.UNKNOWN);
    assertThat(read(Map.of("servers0", "~\u00e9-")).sights())
        .containsExactly(Sight.UNKNOWN, Sight.UNKNOWN, Sight.DOWN);
  }

  @Test
  void aResponseTimeDoublesInFourClasses() {
    int once = Sight.up(Duration.ofMillis(2)).responseClass();
    int twice = Sight.up(Duration.ofMillis(4)).responseClass();
    assertThat(twice - once).isEqualTo(4);
    assertThat(Sight.slowness(4)).isEqualTo(2.0);
    assertThat(Sight.responseTime(once).toMillis()).isBetween(1L, 2L);
    assertThat(Sight.up(Duration.ZERO).responseClass()).isZero();
    assertThat(Sight.up(Duration.ofHours(1))).isEqualTo(Sight.up(Duration.ofSeconds(4)));
  }

  private static SightReport read(Map<String, String> attributes) {
    MemberId id = new MemberId("m1");
    MemberAddress address = new MemberAddress(id, InetAddress.getLoopbackAddress());
    return SightReport.of(new Member(id, address, true, attributes), SightReport.SERVERS);
  }
}
