package dev.shunt.scheduler.vip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.replication.Protocol;
import dev.shunt.scheduler.Algorithm;
import dev.shunt.scheduler.Balance;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.DispatchTable;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.Vip;
import dev.shunt.scheduler.xdp.FakeDataPlane;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ShareKeeperTest {

  private static final Duration SILENCE = Duration.ofMillis(250);
  private static final long NOW = Duration.ofHours(1).toNanos();

  private final FakeDataPlane kernel =
      new FakeDataPlane(MacAddress.parse("02:00:00:00:00:01"), () -> NOW, 10);
  private final ShareKeeper keeper = new ShareKeeper(kernel, SILENCE);

  @BeforeEach
  void open() throws DataPlaneException {
    kernel.open(events -> {});
  }

  @Test
  void aMajorityInViewRenewsTheShareForAsLongAsTheOthersWait() throws Exception {
    keeper.renew(view(2), table(true), NOW);

    assertThat(kernel.shareDeadline()).isEqualTo(NOW + SILENCE.toNanos());
  }

  @Test
  void withoutAMajorityTheShareLapses() throws Exception {
    keeper.renew(view(1), table(true), NOW);

    assertThat(kernel.shareDeadline()).isZero();
  }

  @Test
  void whereNothingIsSharedTheKernelIsLeftAlone() throws Exception {
    keeper.renew(view(3), table(false), NOW);

    assertThat(kernel.shareDeadline()).isZero();
  }

  private static DispatchTable table(boolean everyone) {
    Service service =
        new Service(
            "every",
            new Vip(InetAddress.ofLiteral("10.77.0.110")),
            80,
            Protocol.TCP,
            new Balance(Algorithm.SUM3, List.of(), true, everyone));
    return new DispatchTable(List.of(), Map.of(service, DispatchRow.EMPTY));
  }

  private static MemberView view(int present) {
    List<Member> members =
        IntStream.rangeClosed(1, present)
            .mapToObj(i -> {
              MemberId id = new MemberId("m" + i);
              InetAddress address = InetAddress.ofLiteral("10.77.0.1" + i);
              return new Member(id, new MemberAddress(id, address), true, Map.of());
            })
            .toList();
    return new MemberView(1, members, 3);
  }
}
