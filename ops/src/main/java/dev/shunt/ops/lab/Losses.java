package dev.shunt.ops.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a load lost in a time, by the member it was on.
 *
 * @param members each member that served connections, by name
 * @param nobodys failed connections that no member ever answered
 * @param servedAgainMillis from the beginning to the answer of the first connection that was opened
 *     after it and answered promptly; -1 if there was none
 * @param failures each failure in words, for whoever asks why
 */
public record Losses(
    Map<String, OnMember> members, int nobodys, double servedAgainMillis, List<String> failures) {

  /**
   * One member's share.
   *
   * @param connections established before, keep-alive and downloads
   * @param lost of those
   * @param failedNew new connections that it refused or broke
   * @param blackoutMillis longest silence on one of its connections that lived on
   * @param blackoutAtMillis when that began, from the fault on
   */
  public record OnMember(
      int connections, int lost, int failedNew, double blackoutMillis, double blackoutAtMillis) {}

  private static final long PROMPT_MICROS = 200_000;
  private static final String NOBODY = "";

  /**
   * What was lost from {@code from} to {@code to}, in the clock of the report.
   *
   * @param struck when the fault was surely there, a little after {@code from}: what is opened
   *     later and answered was served in spite of it
   */
  public static Losses between(
      LoadReport report, ServedBy servedBy, long from, long struck, long to) {
    Map<String, Counts> members = new TreeMap<>();
    for (LoadReport.Connection one : report.connections()) {
      if (one.openedMicros() < from && (one.endedMicros() == 0 || one.endedMicros() >= from)) {
        boolean lost = one.state() == LoadReport.State.LOST && one.endedMicros() < to;
        counts(members, servedBy, one.port()).connection(lost, one.blackout(from, to));
      }
    }
    for (LoadReport.Download one : report.downloads()) {
      if (one.openedMicros() < from && one.state() != LoadReport.State.CLOSED) {
        boolean lost = one.state() == LoadReport.State.LOST;
        counts(members, servedBy, one.port()).connection(lost, new LoadReport.Gap(from, from));
      }
    }
    List<String> failures = new ArrayList<>();
    for (LoadReport.Failure failure : report.failures()) {
      if (failure.atMicros() < from || failure.atMicros() >= to) {
        continue;
      }
      failures.add(words(failure, report, servedBy, from));
      if (isNew(report, failure, from)) {
        counts(members, servedBy, failure.port()).failedNew++;
      }
    }
    Counts nobodys = members.remove(NOBODY);
    Map<String, OnMember> result = new TreeMap<>();
    members.forEach((member, counts) -> result.put(member, counts.result(from)));
    return new Losses(
        result,
        nobodys == null ? 0 : nobodys.failedNew + nobodys.lost,
        servedAgain(report, from, struck),
        failures);
  }

  private static String words(
      LoadReport.Failure failure, LoadReport report, ServedBy servedBy, long from) {
    String opened =
        report.connections().stream()
            .filter(one -> one.port() == failure.port())
            .map(one -> ", opened at %.0f ms".formatted((one.openedMicros() - from) / 1e3))
            .findFirst()
            .orElse("");
    return "%s on %s, port %d%s: %s at %.0f ms (%s)"
        .formatted(
            failure.use(),
            servedBy.member(failure.port()).orElse("nobody"),
            failure.port(),
            opened,
            failure.kind(),
            (failure.atMicros() - from) / 1e3,
            failure.detail());
  }

  /** Connections lost on members other than those named, established or new. */
  public int lostOnOthersThan(List<String> faulty) {
    return members.entrySet().stream()
        .filter(entry -> !faulty.contains(entry.getKey()))
        .mapToInt(entry -> entry.getValue().lost() + entry.getValue().failedNew())
        .sum();
  }

  /** Connections lost on one member, established or new. */
  public int lostOn(String member) {
    OnMember on = members.get(member);
    return on == null ? 0 : on.lost() + on.failedNew();
  }

  /** The longest silence on a connection of another member. */
  public double blackoutOnOthersThan(String faulty) {
    return members.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(faulty))
        .mapToDouble(entry -> entry.getValue().blackoutMillis())
        .max()
        .orElse(-1);
  }

  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    members.forEach((member, on) -> lines.add("  " + member + ": " + line(on)));
    lines.add("  answered by no member: %d".formatted(nobodys));
    lines.add("  new connections are served again after %.0f ms".formatted(servedAgainMillis));
    return lines;
  }

  private static String line(OnMember on) {
    String silence =
        on.blackoutMillis() == 0
            ? ""
            : ", longest silence on one that lives %.0f ms, from %.0f ms on"
                .formatted(on.blackoutMillis(), on.blackoutAtMillis());
    return "%d connections, %d lost%s; %d new ones failed"
        .formatted(on.connections(), on.lost(), silence, on.failedNew());
  }

  private static boolean isNew(LoadReport report, LoadReport.Failure failure, long from) {
    return switch (failure.use()) {
      case DOWNLOAD -> false;
      // A replacement that never got to its first answer, or that was opened after the fault.
      case FRESH, KEEP_ALIVE ->
          report.connections().stream()
              .noneMatch(one -> one.port() == failure.port() && one.openedMicros() < from);
    };
  }

  private static double servedAgain(LoadReport report, long from, long struck) {
    return report.fresh().stream()
                .filter(one ->
                    one.startMicros() >= struck
                        && one.endMicros() - one.startMicros() < PROMPT_MICROS)
                .mapToLong(LoadReport.Fresh::endMicros)
                .min()
                .orElse(from - 1_000)
            / 1e3
        - from / 1e3;
  }

  private static Counts counts(Map<String, Counts> members, ServedBy servedBy, int port) {
    return members.computeIfAbsent(servedBy.member(port).orElse(NOBODY), _ -> new Counts());
  }

  private static final class Counts {
    int connections;
    int lost;
    int failedNew;
    LoadReport.Gap blackout = new LoadReport.Gap(0, 0);

    void connection(boolean isLost, LoadReport.Gap silence) {
      connections++;
      if (isLost) {
        lost++;
      } else if (silence.micros() > blackout.micros()) {
        blackout = silence;
      }
    }

    OnMember result(long from) {
      double at = blackout.micros() == 0 ? 0 : (blackout.fromMicros() - from) / 1e3;
      return new OnMember(connections, lost, failedNew, blackout.millis(), at);
    }
  }
}
