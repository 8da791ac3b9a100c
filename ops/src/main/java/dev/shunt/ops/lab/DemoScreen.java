package dev.shunt.ops.lab;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Shows what goes on: headings of the story, and under them a line per second. */
final class DemoScreen implements AutoCloseable {

  private final Consumer<String> out;
  private final long start = System.nanoTime();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("screen").unstarted(task));

  /** {@code out} takes whole lines. */
  DemoScreen(Consumer<String> out) {
    this.out = out;
  }

  void heading(String text) {
    line(String.format(Locale.ROOT, "[%5.1f s] %s", seconds(), text));
  }

  void line(String text) {
    synchronized (out) {
      out.accept(text);
    }
  }

  double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  /** From now on shows a line per second. */
  void watch(Lab lab, LoadHandle load) {
    Watch watch = new Watch(lab, load);
    var _ = clock.scheduleAtFixedRate(() -> line(watch.next()), 1, 1, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }

  void summary(DemoResult result) {
    line("");
    row("requests answered rightly", "%,d".formatted(result.requests()));
    row(
        "failed, on the two members that were broken",
        "%d".formatted(result.lostOnFailedMembers()));
    row("failed, answered by no member", "%d".formatted(result.failedUnanswered()));
    row("failed, on members that live", "%d".formatted(result.lostOnLivingMembers()));
    row(
        "longest silence before anything was broken",
        "%.0f ms".formatted(result.quietBlackoutMillis()));
    row(
        "kill -9 of the scheduler: new one after",
        "%.0f ms".formatted(result.killNewSchedulerMillis()));
    row("  longest way of a request to another member", way(result.killDeliveries()));
    row(
        "  silence on other members' connections",
        "%.0f ms".formatted(result.killBlackoutMillis()));
    row(
        "cut link of the scheduler: new one after",
        "%.0f ms".formatted(result.cutNewSchedulerMillis()));
    row("  new connections served after", "%.0f ms".formatted(result.cutServedAgainMillis()));
    row("  longest way of a request to another member", way(result.cutDeliveries()));
    row("  silence on other members' connections", "%.0f ms".formatted(result.cutBlackoutMillis()));
    row("long download, checked", "%.1f MB".formatted(result.downloadBytes() / 1e6));
    claims(result.claims());
  }

  private static String way(Deliveries.Seen seen) {
    String longest = "%.1f ms".formatted(seen.longestMillis());
    return seen.lost() == 0 ? longest : "%s, %d lost".formatted(longest, seen.lost());
  }

  void claims(List<DemoResult.Claim> claims) {
    line("");
    for (DemoResult.Claim claim : claims) {
      line((claim.ok() ? "  observed      " : "  NOT OBSERVED  ") + claim.claim());
    }
  }

  private void row(String what, String value) {
    line("  %-46s %14s".formatted(what, value));
  }

  /** Turns the running totals of the load into what each second brought. */
  private static final class Watch {
    private final Lab lab;
    private final LoadHandle load;
    private LoadReport.Tick last = new LoadReport.Tick(0, 0, 0, 0, 0, 0);

    Watch(Lab lab, LoadHandle load) {
      this.lab = lab;
      this.load = load;
    }

    String next() {
      LoadReport.Tick now = load.lastTick().orElse(last);
      List<MemberStatus> members = lab.statuses();
      String line =
          "          %-26s %5d requests/s %4d new/s %3d connections %5.1f MB downloaded %4d failed"
              .formatted(
                  members.stream().map(Watch::name).collect(Collectors.joining(" ")),
                  now.requests() - last.requests(),
                  now.fresh() - last.fresh(),
                  now.connections(),
                  now.downloaded() / 1e6,
                  now.failed());
      last = now;
      return line;
    }

    private static String name(MemberStatus member) {
      String name =
          member.isScheduler()
              ? "%s*term%s".formatted(member.member(), member.term())
              : member.member();
      return member.eligible() ? name : name + "(joining)";
    }
  }
}
