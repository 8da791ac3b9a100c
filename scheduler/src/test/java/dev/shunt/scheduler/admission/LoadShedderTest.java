package dev.shunt.scheduler.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.Protocol;
import dev.shunt.scheduler.Admission;
import dev.shunt.scheduler.AdmissionState;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.Vip;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LoadShedderTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Duration SLOW = Duration.ofSeconds(1);
  private static final Service WEB = service("web", Duration.ofMillis(100));
  private static final Service SHOP = service("shop", Duration.ofMillis(100));
  private static final Service OPEN = service("open", Duration.ZERO);

  private final LoadShedder shedder = new LoadShedder(List.of(WEB, SHOP, OPEN));

  @Test
  void eachServiceRefusesByItsOwnResponseTimeAndOneWithoutALimitNever() {
    Map<Service, Integer> shares = shedder.step(Map.of(WEB, SLOW, OPEN, SLOW), 0);

    assertThat(shares).containsOnlyKeys(WEB, SHOP).containsEntry(SHOP, 0);
    assertThat(shares).containsEntry(WEB, Math.round(0.2f * AdmissionState.ALL));
  }

  @Test
  void itActsOnceASecondHoweverOftenItIsAsked() {
    int first = shedder.step(Map.of(WEB, SLOW), 0).getOrDefault(WEB, 0);
    for (int tenth = 1; tenth < 10; tenth++) {
      assertThat(shedder.step(Map.of(WEB, SLOW), tenth * SECOND / 10)).containsEntry(WEB, first);
    }
    assertThat(shedder.step(Map.of(WEB, SLOW), SECOND).get(WEB)).isGreaterThan(first);
  }

  private static Service service(String name, Duration limit) {
    Vip vip = new Vip(InetAddress.ofLiteral("10.77.0.100"));
    return new Service(name, vip, 80, Protocol.TCP).with(new Admission(0, 0, 0, 1, limit, false));
  }
}
