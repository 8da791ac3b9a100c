package dev.shunt.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.Protocol;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DispatchTableTest {

  private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.1");
  private static final SynCookies AUTO = new SynCookies(SynCookies.Use.AUTO, 100);
  private static final Service WEB =
      new Service("web", new Vip(ADDRESS), 80, Protocol.TCP).with(AUTO);

  @Test
  void cookiesAreUsedWhereEveryTargetOfNewSessionsTakesThem() {
    assertThat(table(true, 1024, 1026).cookies(WEB)).isEqualTo(AUTO);
    assertThat(table(false, 1024, 1026).cookies(WEB)).isEqualTo(SynCookies.OFF);
    assertThat(table(false, 1024).cookies(WEB)).isEqualTo(AUTO);
  }

  /** The first target takes cookies. */
  private static DispatchTable table(boolean secondTakes, int... row) {
    return new DispatchTable(
        List.of(target(1024, true), target(1026, secondTakes)), Map.of(WEB, new DispatchRow(row)));
  }

  private static Target target(int label, boolean cookies) {
    return new Target(
        label,
        "t" + label,
        ADDRESS,
        new MacAddress(label),
        TargetState.UP,
        1,
        false,
        true,
        cookies);
  }
}
