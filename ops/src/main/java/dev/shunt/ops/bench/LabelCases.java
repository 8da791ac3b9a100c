package dev.shunt.ops.bench;

import dev.shunt.scheduler.xdp.BenchFlows;
import dev.shunt.scheduler.xdp.BenchKernel.Size;
import dev.shunt.scheduler.xdp.BenchProbe;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@code bench label} times, with which tables. */
final class LabelCases {

  /** Limits of the ratio to a bare MAC swap. */
  private static final double LABELLED = 1.3;

  private static final double SESSION_HIT = 2.6;
  private static final double NEW_SESSION = 6;

  /**
   * A row to be.
   *
   * @param limit null: of interest only
   */
  record Case(String name, String what, BenchProbe probe, @Nullable Double limit) {}

  /** The cases that are timed with the same tables. */
  record Phase(Size size, List<Case> cases) {}

  /** Three cases whose sizes lie a decade apart. */
  record Decades(String what, List<String> cases) {}

  private static final Size BASE = new Size(10, 10, 10_000);

  static final List<Phase> PHASES =
      List.of(
          new Phase(
              BASE,
              List.of(
                  new Case("nothing", "the test run itself", BenchProbe.nothing(), null),
                  new Case("labelled", "label switch", BenchProbe.label(), LABELLED),
                  new Case(
                      "pass-through", "IPv4, not for a VIP: passed", BenchProbe.foreign(), null),
                  hit("session-hit", "same flow in a train", BenchProbe.train(BenchFlows.TCP4)),
                  hit(
                      "session-hit-ipv6",
                      "same flow in a train, IPv6",
                      BenchProbe.train(BenchFlows.TCP6)),
                  hit("session-hit-10k", "random of 10^4", BenchProbe.sessions(BenchFlows.TCP4)),
                  hit(
                      "session-hit-10k-ipv6",
                      "random of 10^4, IPv6",
                      BenchProbe.sessions(BenchFlows.TCP6)),
                  fresh("new-syn", "SYN, leaves an embryo", BenchProbe.syn(BenchFlows.TCP4)),
                  fresh(
                      "new-session",
                      "second packet, makes the session",
                      BenchProbe.second(BenchFlows.TCP4)),
                  fresh(
                      "new-session-read",
                      "second packet, reader awake",
                      BenchProbe.second(BenchFlows.TCP4).read()),
                  fresh(
                      "new-udp",
                      "first datagram, makes the session",
                      BenchProbe.datagram(BenchFlows.UDP4)),
                  fresh("new-syn-ipv6", "SYN, IPv6", BenchProbe.syn(BenchFlows.TCP6)),
                  fresh(
                      "new-session-ipv6",
                      "second packet, IPv6",
                      BenchProbe.second(BenchFlows.TCP6)),
                  fresh(
                      "new-udp-ipv6", "first datagram, IPv6", BenchProbe.datagram(BenchFlows.UDP6)),
                  labels("10"))),
          new Phase(new Size(10, 10, 100_000), sessions("100k", "10^5")),
          new Phase(new Size(10, 10, 1_000_000), sessions("1M", "10^6")),
          new Phase(new Size(100, 10, 10_000), services("100")),
          new Phase(new Size(1000, 10, 10_000), services("1000")),
          new Phase(new Size(10, 100, 10_000), targets("100")),
          new Phase(new Size(10, 1000, 10_000), targets("1000")));

  static final List<Decades> GROWTH =
      List.of(
          new Decades(
              "label switch by targets",
              List.of("labelled-10-targets", "labelled-100-targets", "labelled-1000-targets")),
          new Decades(
              "session hit by sessions",
              List.of("session-hit-10k", "session-hit-100k", "session-hit-1M")),
          new Decades(
              "session hit by services",
              List.of("session-hit-10k", "session-hit-100-services", "session-hit-1000-services")),
          new Decades(
              "session hit by targets",
              List.of("session-hit-10k", "session-hit-100-targets", "session-hit-1000-targets")),
          new Decades(
              "new session by sessions",
              List.of("new-session", "new-session-100k", "new-session-1M")),
          new Decades(
              "new session by services",
              List.of("new-session", "new-session-100-services", "new-session-1000-services")),
          new Decades(
              "new session by targets",
              List.of("new-session", "new-session-100-targets", "new-session-1000-targets")));

  private LabelCases() {}

  /** Those phases and their cases that have these names, all if there are none. */
  static List<Phase> named(Set<String> names) {
    return PHASES.stream()
        .map(phase ->
            new Phase(
                phase.size(),
                phase.cases().stream()
                    .filter(c -> names.isEmpty() || names.contains(c.name()))
                    .toList()))
        .filter(phase -> !phase.cases().isEmpty())
        .toList();
  }

  private static List<Case> sessions(String name, String text) {
    return List.of(
        hit("session-hit-" + name, "random of " + text, BenchProbe.sessions(BenchFlows.TCP4)),
        fresh(
            "new-session-" + name,
            "second packet, beside " + text,
            BenchProbe.second(BenchFlows.TCP4)));
  }

  private static List<Case> services(String count) {
    return sized(count + " services", count + "-services");
  }

  private static List<Case> targets(String count) {
    List<Case> both = sized(count + " targets", count + "-targets");
    return List.of(labels(count), both.getFirst(), both.getLast());
  }

  private static List<Case> sized(String text, String name) {
    return List.of(
        hit("session-hit-" + name, "random of 10^4, " + text, BenchProbe.sessions(BenchFlows.TCP4)),
        fresh("new-session-" + name, "second packet, " + text, BenchProbe.second(BenchFlows.TCP4)));
  }

  private static Case labels(String count) {
    return new Case(
        "labelled-" + count + "-targets",
        "label switch, random of " + count + " targets",
        BenchProbe.labels(),
        LABELLED);
  }

  private static Case hit(String name, String what, BenchProbe probe) {
    return new Case(name, "session hit, " + what, probe, SESSION_HIT);
  }

  private static Case fresh(String name, String what, BenchProbe probe) {
    return new Case(name, "new flow, " + what, probe, NEW_SESSION);
  }
}
