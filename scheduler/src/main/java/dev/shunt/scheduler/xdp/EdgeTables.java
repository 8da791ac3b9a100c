package dev.shunt.scheduler.xdp;

import dev.shunt.replication.Flow;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.edge.EdgeStatus;
import dev.shunt.scheduler.edge.LearnedLabel;
import dev.shunt.scheduler.edge.Prefix;
import dev.shunt.scheduler.xdp.layout.EdgeAside;
import dev.shunt.scheduler.xdp.layout.EdgeConfigLayout;
import dev.shunt.scheduler.xdp.layout.EdgeOutcome;
import dev.shunt.scheduler.xdp.layout.Flow6Layout;
import dev.shunt.scheduler.xdp.layout.LearnedLayout;
import dev.shunt.scheduler.xdp.layout.PrefixLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/** An edge's tables in the kernel. One thread at a time. */
final class EdgeTables {

  /** Every map, which are pinned together or not at all. */
  static final List<String> MAPS =
      List.of("config", "vips", "members", "learned", "announced", "outcomes", "asides");

  /** Where the maps come from. */
  @FunctionalInterface
  interface Source {
    BpfMap map(String name) throws DataPlaneException;
  }

  final BpfMap config;
  private final BpfMap vips;
  private final BpfMap members;
  final BpfMap learned;
  private final BpfMap outcomes;
  private final BpfMap asides;

  EdgeTables(Source source) throws DataPlaneException {
    config = source.map("config");
    vips = source.map("vips");
    members = source.map("members");
    learned = source.map("learned");
    outcomes = source.map("outcomes");
    asides = source.map("asides");
  }

  void setVips(List<Prefix> wanted) throws DataPlaneException {
    set(vips, wanted);
  }

  void setMembers(List<Prefix> wanted) throws DataPlaneException {
    set(members, wanted);
  }

  private static void set(BpfMap prefixes, List<Prefix> wanted) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(PrefixLayout.LAYOUT);
      MemorySegment value = arena.allocate(Integer.BYTES, Integer.BYTES);
      for (Prefix left : read(prefixes)) {
        if (!wanted.contains(left)) {
          PrefixLayout.set(key, left);
          prefixes.remove(key);
        }
      }
      for (Prefix prefix : wanted) {
        PrefixLayout.set(key, prefix);
        prefixes.put(key, value);
      }
    }
  }

  private static List<Prefix> read(BpfMap prefixes) throws DataPlaneException {
    List<Prefix> found = new ArrayList<>();
    prefixes.scan((keys, key, _, _) -> found.add(PrefixLayout.get(keys, key)));
    found.sort(Comparator.comparing(Prefix::toString));
    return found;
  }

  void forgetAll() throws DataPlaneException {
    forgetIf(_ -> true);
  }

  /**
   * Removes the labels that would not be used any more; without it they make room only when the
   * table is full.
   */
  void forgetStale(long now, Duration fresh) throws DataPlaneException {
    forgetIf(lastSeen -> now - lastSeen > fresh.toNanos());
  }

  private void forgetIf(LongPredicate lastSeen) throws DataPlaneException {
    List<Flow> stale = new ArrayList<>();
    learned.scan((keys, key, values, value) -> {
      if (lastSeen.test(LearnedLayout.lastSeen(values, value))) {
        stale.add(Flow6Layout.get(keys, key));
      }
    });
    long flowBytes = Flow6Layout.LAYOUT.byteSize();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment keys = arena.allocate(Flow6Layout.LAYOUT, stale.size());
      for (int i = 0; i < stale.size(); i++) {
        Flow6Layout.set(keys, i * flowBytes, stale.get(i));
      }
      learned.removeAll(keys, stale.size());
    }
  }

  EdgeStatus status(long now) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment told = config.get(arena, 0);
      Duration fresh = EdgeConfigLayout.fresh(told);
      return new EdgeStatus(
          EdgeConfigLayout.role(told),
          read(vips),
          read(members),
          fresh,
          labels(now, fresh),
          counters());
    }
  }

  private List<LearnedLabel> labels(long now, Duration fresh) throws DataPlaneException {
    List<LearnedLabel> found = new ArrayList<>();
    learned.scan((keys, key, values, value) -> {
      LearnedLabel label = LearnedLayout.get(Flow6Layout.get(keys, key), values, value, now);
      if (label.idleNanos() < fresh.toNanos()) {
        found.add(label);
      }
    });
    found.sort(Comparator.comparingInt(LearnedLabel::label));
    return found;
  }

  Map<String, Long> counters() throws DataPlaneException {
    Map<String, Long> counts = new LinkedHashMap<>();
    int index = 0;
    for (EdgeOutcome outcome : EdgeOutcome.values()) {
      counts.put(outcome.counter(), Counters.sum(outcomes, index++));
    }
    index = 0;
    for (EdgeAside aside : EdgeAside.values()) {
      counts.put(aside.counter(), Counters.sum(asides, index++));
    }
    return counts;
  }
}
