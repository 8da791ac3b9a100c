package dev.shunt.cluster.jgroups;

import dev.shunt.cluster.ClusterConfig;
import dev.shunt.cluster.ClusterSecret;
import dev.shunt.cluster.ClusterTimings;
import dev.shunt.cluster.Leadership;
import dev.shunt.cluster.Lease;
import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.cluster.Membership;
import dev.shunt.cluster.Ticker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A member in a process of its own: prints one line per event, obeys one line per command.
 *
 * <p>Arguments: array name, own name, port, state directory, secret or {@code -}, eligible or not,
 * then {@code name=address} for each member. Lines are {@code <nanos> <event> <fields>}, with the
 * instant on the host's monotonic clock at which the event was acted on.
 */
final class MemberMain implements Membership.Listener {

  private final JGroupsMembership membership;

  /** What the probe saw last. */
  private boolean hadAuthority;

  private MemberMain(JGroupsMembership membership) {
    this.membership = membership;
  }

  public static void main(String[] args) throws Exception {
    List<MemberAddress> members = new ArrayList<>();
    for (String pair : List.of(args).subList(6, args.length)) {
      String[] parts = pair.split("=", 2);
      members.add(new MemberAddress(new MemberId(parts[0]), InetAddress.getByName(parts[1])));
    }
    Optional<ClusterSecret> secret =
        args[4].equals("-")
            ? Optional.empty()
            : Optional.of(new ClusterSecret(args[4].getBytes(StandardCharsets.UTF_8)));
    var config =
        new ClusterConfig(
            args[0],
            new MemberId(args[1]),
            members,
            Integer.parseInt(args[2]),
            secret,
            ClusterTimings.DEFAULT,
            Path.of(args[3]));
    var membership =
        new JGroupsMembership(
            config, Ticker.system(), new SplittableRandom(System.nanoTime()), () -> {});
    new MemberMain(membership).run(Boolean.parseBoolean(args[5]));
  }

  private void run(boolean eligible) throws IOException {
    membership.publish(eligible, Map.of("pid", Long.toString(ProcessHandle.current().pid())));
    membership.start(this);
    print("started");
    startAuthorityProbe();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String command;
    while ((command = in.readLine()) != null && !command.equals("close")) {
      obey(command);
    }
    membership.close();
    print("closed held=" + membership.lease().heldAt(System.nanoTime()));
  }

  private void obey(String command) {
    switch (command) {
      case "step-down" -> print("step-down accepted=" + membership.stepDown());
      case "eligible" -> membership.publish(true, Map.of("said", "eligible"));
      case "ineligible" -> membership.publish(false, Map.of("said", "ineligible"));
      case "raft" -> print("raft leader=" + membership.raftLeader());
      default -> print("unknown " + command);
    }
  }

  /** Asks every millisecond, as anything that acts for the scheduler would, whether it may. */
  private void startAuthorityProbe() {
    var _ =
        Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("probe").factory())
            .scheduleWithFixedDelay(this::probeAuthority, 0, 1, TimeUnit.MILLISECONDS);
  }

  private void probeAuthority() {
    long now = System.nanoTime();
    Lease lease = membership.lease();
    boolean has = lease.heldAt(now);
    if (has != hadAuthority) {
      print("authority held=" + has + " term=" + lease.term().number());
      hadAuthority = has;
    }
  }

  @Override
  public void onView(MemberView view) {
    print(
        "view "
            + view.present().stream()
                .map(m -> m.id() + (m.eligible() ? "+" : "-"))
                .collect(Collectors.joining(","))
            + " said="
            + view.present().stream().map(MemberMain::said).collect(Collectors.joining(",")));
  }

  private static String said(Member member) {
    return member.attribute("said").orElse("nothing");
  }

  @Override
  public void onLeadership(Leadership leadership) {
    print(
        "leadership term="
            + leadership.term().number()
            + " scheduler="
            + leadership.scheduler().map(MemberId::value).orElse("none")
            + " mine="
            + leadership.mine());
  }

  @Override
  public void onLease(Lease lease) {
    print("lease term=" + lease.term().number() + " deadline=" + lease.deadlineNanos());
  }

  private static void print(String event) {
    System.out.println(System.nanoTime() + " " + event);
  }
}
