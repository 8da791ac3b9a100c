package dev.shunt.ops.daemon;

import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.replication.Protocol;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.NodeReport;
import dev.shunt.scheduler.RowBuilder;
import dev.shunt.scheduler.Scheduler;
import dev.shunt.scheduler.SchedulerConfig;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.SessionTimeouts;
import dev.shunt.scheduler.Sight;
import dev.shunt.scheduler.SightReport;
import dev.shunt.scheduler.Vip;
import java.net.InetAddress;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An array of three members, m1 being this one, with one service. */
final class Three {

  static final MemberId SELF = new MemberId("m1");
  static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:01");
  static final Service WEB =
      new Service("web", new Vip(InetAddress.ofLiteral("10.77.0.100")), 80, Protocol.TCP);

  private static final List<MemberAddress> MEMBERS = List.of(at(1), at(2), at(3));

  /** One bucket per target: enough to see who is in a row. */
  private static final RowBuilder ONE_EACH =
      (algorithm, candidates, size) ->
          new DispatchRow(
              candidates.stream()
                  .filter(RowBuilder.Candidate::taking)
                  .mapToInt(RowBuilder.Candidate::label)
                  .toArray());

  private Three() {}

  static Scheduler scheduler() {
    return scheduler(WEB);
  }

  static Scheduler scheduler(Service service) {
    return new Scheduler(
        new SchedulerConfig(
            SELF,
            MEMBERS,
            Map.of(),
            "eth0",
            List.of(service),
            7,
            1_000,
            SessionTimeouts.DEFAULT,
            Duration.ofSeconds(3)),
        ONE_EACH);
  }

  static MemberView view(Member... present) {
    return new MemberView(1, List.of(present), MEMBERS.size());
  }

  /** In view, may be scheduler, and its node takes sessions. */
  static Member well(int number) {
    var mac = MacAddress.parse("02:00:00:00:00:0" + number);
    return member(number, true, new NodeReport(mac, true, new BitSet()).toAttributes());
  }

  /** In view, and only votes. */
  static Member witness() {
    MemberId id = new MemberId("w1");
    return new Member(
        id, new MemberAddress(id, InetAddress.ofLiteral("10.77.0.31"), true), false, Map.of());
  }

  /** As {@link #well}, and its node's requests take so long. */
  static Member slow(int number, Duration responseTime) {
    Member well = well(number);
    Map<String, String> attributes = new HashMap<>(well.attributes());
    attributes.putAll(
        new SightReport(List.of(Sight.up(responseTime))).toAttributes(SightReport.SERVICES));
    return member(number, true, attributes);
  }

  /** In view, and nothing more is known of it. */
  static Member silent(int number) {
    return member(number, false, Map.of());
  }

  private static Member member(int number, boolean eligible, Map<String, String> attributes) {
    MemberAddress address = MEMBERS.get(number - 1);
    return new Member(address.id(), address, eligible, attributes);
  }

  private static MemberAddress at(int number) {
    return new MemberAddress(
        new MemberId("m" + number), InetAddress.ofLiteral("10.77.0.1" + number));
  }
}
