package dev.shunt.ops.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Shows on real traffic what the array is for: load through three members, the way of the packets,
 * the death of a scheduler and the cut link of another.
 */
final class LabDemo {

  private static final Duration READY_LIMIT = Duration.ofMinutes(3);
  private static final Duration TAKE_OVER_LIMIT = Duration.ofSeconds(10);
  private static final Duration COME_BACK_LIMIT = Duration.ofMinutes(3);
  private static final Duration CAPTURE_TIME = Duration.ofMillis(1_500);
  private static final Duration SEEN_LIMIT = Duration.ofSeconds(2);
  private static final Duration DOWNLOAD_LIMIT = Duration.ofSeconds(20);
  private static final Duration AFTER_FINISH = Duration.ofSeconds(1);

  /**
   * A connection that a cut member held can find out that it is dead only after the link is back.
   */
  private static final Duration LATE_LOSSES = Duration.ofSeconds(5);

  private static final int CONNECTIONS_PER_MEMBER = 2;
  private static final int CAPTURE_FRAMES = 20_000;
  private static final int MAX_TRIES = 40;
  private static final long DOWNLOAD_BYTES = 192 << 20;
  private static final long DOWNLOAD_RATE = 2 << 20;

  private final DemoOptions options;
  private final DemoScreen screen;

  LabDemo(DemoOptions options, DemoScreen screen) {
    this.options = options;
    this.screen = screen;
  }

  /** Runs it on a lab of its own, which is gone afterwards. */
  DemoResult run() {
    LabOptions wanted =
        LabOptions.named(options.name())
            .withMembers(options.members())
            .withServers(options.servers());
    try (Lab lab = Lab.up(wanted, screen::heading)) {
      boolean ok = false;
      try {
        DemoResult result = run(lab);
        ok = result.ok();
        return result;
      } finally {
        if (!ok) {
          lab.collectEvidence(LabPaths.KEPT.resolve(options.name()));
          screen.heading("logs and captures are kept in " + LabPaths.KEPT.resolve(options.name()));
        }
      }
    }
  }

  private DemoResult run(Lab lab) {
    lab.awaitServers(READY_LIMIT);
    lab.awaitArray(READY_LIMIT);
    screen.heading(
        "the array stands: %d members, scheduler %s, VIP %s"
            .formatted(options.members(), lab.resolve("scheduler"), LabTopology.VIP));
    try (Witness witness = Witness.start(lab);
        LoadHandle load = lab.load(LoadOptions.standard())) {
      screen.watch(lab, load);
      return DemoResult.judge(story(lab, witness, load));
    } finally {
      screen.close();
    }
  }

  private DemoEvidence story(Lab lab, Witness witness, LoadHandle load) {
    Waiting.until(
        READY_LIMIT, () -> load.lastTick().isPresent(), () -> "the load client says nothing");
    spread(lab, witness, load);
    Map<String, Integer> downloads = startDownloads(lab, witness, load);
    double quiet = quietBlackout(load);
    PathEvidence path = capturePath(lab, downloads);

    DemoEvidence.FaultEvidence kill =
        fault(lab, witness, load, "kill -9", lab.faults()::kill, lab.faults()::restart);
    if (!kill.cameBack()) {
      throw new LabException("the array is not complete again, so there is no second fault");
    }
    String next = lab.resolve("scheduler");
    // The next fault takes this one's connections with it, so its download has done its part.
    load.cancel(downloads.getOrDefault(next, 0));
    downloads.remove(next);
    DemoEvidence.FaultEvidence cut =
        fault(lab, witness, load, "cut link", lab.faults()::cut, lab.faults()::heal);

    int survivor =
        downloads.entrySet().stream()
            .filter(entry -> !entry.getKey().equals(cut.member()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElseThrow(() -> new LabException("no download was on a member that lived on"));
    finishDownload(load, survivor);
    Waiting.pause(AFTER_FINISH);
    ServedBy servedBy = witness.servedBy();
    LoadReport report = load.stop();
    return new DemoEvidence(
        options.members(),
        quiet,
        path,
        kill,
        cut,
        report,
        survivor,
        undisturbed(report, servedBy, kill, cut));
  }

  /** Opens connections until each member has enough of them. */
  private static void spread(Lab lab, Witness witness, LoadHandle load) {
    for (int i = 0; i < MAX_TRIES; i++) {
      Map<String, Integer> perMember = new HashMap<>();
      ServedBy servedBy = witness.servedBy();
      for (LoadReport.Connection one : load.report().connections()) {
        if (one.state() == LoadReport.State.OPEN) {
          servedBy.member(one.port()).ifPresent(name -> perMember.merge(name, 1, Integer::sum));
        }
      }
      boolean enough =
          lab.topology().memberHosts().stream()
              .allMatch(
                  member -> perMember.getOrDefault(member.name(), 0) >= CONNECTIONS_PER_MEMBER);
      if (enough) {
        return;
      }
      load.addConnections(1);
    }
    throw new LabException(
        "some member got no connections of " + load.report().connections().size());
  }

  /** One download through every member but the scheduler, by member. */
  private Map<String, Integer> startDownloads(Lab lab, Witness witness, LoadHandle load) {
    String scheduler = lab.resolve("scheduler");
    Map<String, Integer> downloads = new HashMap<>();
    for (int i = 0; i < MAX_TRIES && downloads.size() < options.members() - 1; i++) {
      int port = load.download(DOWNLOAD_BYTES, DOWNLOAD_RATE);
      Waiting.until(
          SEEN_LIMIT,
          () -> witness.servedBy().member(port).isPresent(),
          () -> "nobody was seen to accept the connection from port " + port);
      String member = witness.servedBy().member(port).orElseThrow();
      if (member.equals(scheduler) || downloads.putIfAbsent(member, port) != null) {
        load.cancel(port);
      }
    }
    if (downloads.size() < options.members() - 1) {
      throw new LabException("downloads came to %s only".formatted(downloads.keySet()));
    }
    screen.heading("long downloads run through %s".formatted(downloads.keySet()));
    return downloads;
  }

  /** What the machine does to connections by itself, to hold later numbers against. */
  private double quietBlackout(LoadHandle load) {
    long from = Waiting.nowMicros();
    Waiting.pause(Duration.ofSeconds(options.steadySeconds()));
    long to = Waiting.nowMicros();
    return load.report().connections().stream()
        .mapToDouble(one -> one.blackout(from, to).millis())
        .max()
        .orElse(-1);
  }

  private PathEvidence capturePath(Lab lab, Map<String, Integer> downloads) {
    String scheduler = lab.resolve("scheduler");
    Map.Entry<String, Integer> download = downloads.entrySet().iterator().next();
    // In this order: after the word mpls, a filter looks for everything inside the label.
    String filter = "host " + LabTopology.VIP + " or mpls";
    try (Capture atNode = lab.capture(download.getKey(), filter, CAPTURE_FRAMES);
        Capture atScheduler = lab.capture(scheduler, filter, CAPTURE_FRAMES)) {
      Waiting.pause(CAPTURE_TIME);
      PathEvidence path = PathEvidence.of(atNode.stop(), atScheduler.stop(), download.getValue());
      screen.heading(
          "captured the download through %s: client to node %d packets with label %d, %d without; node to client %d packets, of which %d pass scheduler %s"
              .formatted(
                  download.getKey(),
                  path.toNodeLabelled(),
                  path.label(),
                  path.toNodePlain(),
                  path.fromNode(),
                  path.backPastScheduler(),
                  scheduler));
      return path;
    }
  }

  private DemoEvidence.FaultEvidence fault(
      Lab lab,
      Witness witness,
      LoadHandle load,
      String what,
      Consumer<String> strike,
      Consumer<String> mend) {
    String victim = lab.resolve("scheduler");
    screen.heading("%s: scheduler %s".formatted(what, victim));
    try (Deliveries deliveries = Deliveries.watch(lab)) {
      long at = Waiting.nowMicros();
      strike.accept(victim);
      long struck = Waiting.nowMicros();
      AtomicReference<MemberStatus> successor = new AtomicReference<>();
      boolean takenOver =
          Waiting.attempt(
              TAKE_OVER_LIMIT,
              () -> {
                successor(lab, victim).ifPresent(successor::set);
                return successor.get() != null;
              });
      double millis = takenOver ? (Waiting.nowMicros() - at) / 1e3 : -1;
      String next = takenOver ? successor.get().member() : "";
      screen.heading(
          takenOver
              ? "%s is the new scheduler after %.0f ms".formatted(next, millis)
              : "no new scheduler within " + TAKE_OVER_LIMIT.toSeconds() + " s");
      Waiting.pause(Duration.ofSeconds(options.observeSeconds()));

      // First what the load saw: who serves its newest connections is known a little later.
      LoadReport report = load.report();
      long seen = Waiting.nowMicros();
      ServedBy servedBy = witness.servedBy();
      Losses losses = Losses.between(report, servedBy, at, struck, seen);
      Deliveries.Seen delivered = deliveries.onOthersThan(victim, servedBy);
      losses.lines().forEach(line -> screen.line("        " + line));
      screen.heading("mending %s".formatted(victim));
      long mended = Waiting.nowMicros();
      mend.accept(victim);
      boolean back = Waiting.attempt(COME_BACK_LIMIT, () -> complete(lab, victim));
      screen.heading(
          back
              ? "%s is back and eligible after %.1f s"
                  .formatted(victim, (Waiting.nowMicros() - mended) / 1e6)
              : victim + " is not back after " + COME_BACK_LIMIT.toSeconds() + " s");
      return new DemoEvidence.FaultEvidence(
          victim, next, millis, at, mended, back, losses, delivered);
    }
  }

  private static Optional<MemberStatus> successor(Lab lab, String victim) {
    return lab.topology().memberHosts().stream()
        .map(LabHost::name)
        .filter(member -> !member.equals(victim))
        .flatMap(member -> lab.admin(member).tryStatus().stream())
        .filter(MemberStatus::isScheduler)
        .findFirst();
  }

  /** Whether all members answer, agree on the scheduler, and this one is eligible again. */
  private static boolean complete(Lab lab, String member) {
    List<MemberStatus> now = lab.statuses();
    return lab.agrees(now)
        && now.stream().anyMatch(one -> one.member().equals(member) && one.eligible());
  }

  private void finishDownload(LoadHandle load, int port) {
    screen.heading("letting the long download run to its end");
    load.finishDownloads();
    Waiting.attempt(
        DOWNLOAD_LIMIT,
        () -> {
          Waiting.pause(Duration.ofMillis(100));
          return load.report().downloads().stream()
              .anyMatch(one -> one.port() == port && one.state() != LoadReport.State.OPEN);
        });
  }

  /** Failures at times when nothing was broken, and not on a member that was just mended. */
  private static int undisturbed(
      LoadReport report, ServedBy servedBy, DemoEvidence.FaultEvidence... faults) {
    List<LoadReport.Failure> unexplained = new ArrayList<>(report.failures());
    for (DemoEvidence.FaultEvidence fault : faults) {
      long late = fault.mendedMicros() + LATE_LOSSES.toNanos() / 1_000;
      unexplained.removeIf(one -> {
        boolean victims = servedBy.member(one.port()).filter(fault.member()::equals).isPresent();
        return one.atMicros() >= fault.atMicros()
            && one.atMicros() < (victims ? late : fault.mendedMicros());
      });
    }
    return unexplained.size();
  }
}
