package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.shunt.replication.SessionLabel;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Explanation.Place;
import dev.shunt.scheduler.LabelEntry;
import dev.shunt.scheduler.xdp.layout.Btf;
import dev.shunt.scheduler.xdp.layout.Elf;
import dev.shunt.scheduler.xdp.layout.LabelEntryLayout;
import dev.shunt.scheduler.xdp.layout.Outcome;
import dev.shunt.scheduler.xdp.layout.SessionLayout;
import dev.shunt.scheduler.xdp.layout.ToldLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The data plane's own code on the tables of the program that runs, of which it changes nothing:
 * see {@code dry.h}. One thread at a time.
 */
final class DryRun implements AutoCloseable {

  static final String RESOURCE = "where.bpf.o";
  private static final String NAME = "shunt";
  private static final String CONFIG = "config";
  private static final List<String> OWN = List.of("told", "copies", CONFIG);

  private final BpfObject object;
  private final PacketRun run;
  private final BpfMap told;
  private final BpfMap config;
  private final BpfMap liveConfig;
  private final BpfMap rows;
  private final List<BpfMap> sessions;

  /**
   * What became of a packet.
   *
   * @param service index of the service that it would be counted for, or that was found for it
   * @param target label of the target that it would be counted for, or whose share it is
   * @param place of a row that was looked at last
   * @param entry of the label that was looked up first, if the table has it
   */
  record Result(
      PacketRun.Result packet,
      Outcome outcome,
      Set<String> asides,
      OptionalInt service,
      OptionalInt target,
      Optional<Place> place,
      Optional<FoundSession> session,
      Optional<LabelEntry> entry) {}

  /**
   * The session of the packet's flow.
   *
   * @param lastSeenNanos {@code CLOCK_MONOTONIC}
   */
  record FoundSession(
      int target, SessionState state, long packets, long lastSeenNanos, SessionLabel label) {}

  /**
   * @param liveConfig of the program that runs
   */
  private DryRun(BpfObject object, BpfMap liveConfig) throws DataPlaneException {
    this.object = object;
    this.liveConfig = liveConfig;
    config = object.map(CONFIG);
    run = new PacketRun(object.program(NAME));
    told = object.map("told");
    rows = object.map("rows");
    sessions = List.of(object.map("sessions4"), object.map("sessions6"));
  }

  /** Loads it beside a program that runs, to use the same tables. */
  static DryRun beside(KernelProgram kernel) throws DataPlaneException {
    return on(map -> kernel.map(map).fd());
  }

  /** Where its tables are. */
  @FunctionalInterface
  interface Tables {
    /** The file descriptor of a table, by its name. */
    int fd(String map) throws DataPlaneException;
  }

  /** Loads it on these tables. */
  static DryRun on(Tables tables) throws DataPlaneException {
    BpfObject object = open();
    try {
      for (String map : shared(object)) {
        object.share(map, tables.fd(map));
      }
      object.load(NAME);
      return new DryRun(object, new BpfMap(CONFIG, tables.fd(CONFIG)));
    } catch (DataPlaneException | RuntimeException e) {
      object.close();
      throw e;
    }
  }

  /** The tables that it has in common with the program that runs. */
  private static List<String> shared(BpfObject object) {
    return object.mapNames().stream().filter(m -> !OWN.contains(m)).toList();
  }

  /** Opens the object, with nothing in the kernel yet. */
  private static BpfObject open() throws DataPlaneException {
    byte[] file = BpfObject.resource(RESOURCE);
    Btf types = Btf.parse(new Elf(file).section(".BTF").orElse(new byte[0]));
    List<String> differences = ToldLayout.differences(types);
    if (!differences.isEmpty()) {
      throw new DataPlaneException(
          RESOURCE + " does not fit this build: " + String.join("; ", differences));
    }
    return BpfObject.open("where", file);
  }

  /** One packet. */
  Result run(byte[] frame) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = arena.allocate(ToldLayout.LAYOUT);
      PacketRun.Result packet = run(frame, answer, false);
      // Whether a table is full is known to who counts it only.
      OptionalInt begins = ToldLayout.begins(answer);
      if (begins.isPresent() && isFull(sessions.get(begins.getAsInt()))) {
        packet = run(frame, answer, true);
      }
      return new Result(
          packet,
          ToldLayout.outcome(answer),
          ToldLayout.asides(answer),
          ToldLayout.service(answer),
          target(answer),
          ToldLayout.place(answer),
          session(answer),
          entry(answer));
    }
  }

  private PacketRun.Result run(byte[] frame, MemorySegment answer, boolean full)
      throws DataPlaneException {
    ToldLayout.ask(answer, full);
    told.put(0, answer);
    try (Arena arena = Arena.ofConfined()) {
      config.put(0, liveConfig.get(arena, 0));
      PacketRun.Result packet = run.run(frame);
      answer.copyFrom(told.get(arena, 0));
      return packet;
    }
  }

  private static boolean isFull(BpfMap table) throws DataPlaneException {
    long[] count = new long[1];
    table.scan((keys, key, values, value) -> count[0]++);
    return count[0] >= table.maxEntries();
  }

  private OptionalInt target(MemorySegment answer) throws DataPlaneException {
    OptionalInt slot = ToldLayout.target(answer);
    if (slot.isPresent()) {
      return OptionalInt.of(DispatchWriter.labelOf(slot.getAsInt()));
    }
    OptionalInt row = ToldLayout.row(answer);
    if (ToldLayout.outcome(answer) != Outcome.DROP_OTHERS_SHARE || row.isEmpty()) {
      return OptionalInt.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      return OptionalInt.of(rows.get(arena, row.getAsInt()).get(JAVA_INT, 0));
    }
  }

  private static Optional<FoundSession> session(MemorySegment answer) {
    long at = ToldLayout.session(answer);
    return at < 0
        ? Optional.empty()
        : Optional.of(
            new FoundSession(
                SessionLayout.target(answer, at),
                SessionLayout.state(answer, at),
                SessionLayout.packets(answer, at),
                SessionLayout.lastSeen(answer, at),
                SessionLayout.label(answer, at)));
  }

  /** Its own number is the asker's to know. */
  private static Optional<LabelEntry> entry(MemorySegment answer) {
    long at = ToldLayout.entry(answer);
    return at < 0
        ? Optional.empty()
        : Optional.of(
            new LabelEntry(
                0,
                LabelEntryLayout.action(answer, at),
                DispatchWriter.labelOf(LabelEntryLayout.target(answer, at)),
                LabelEntryLayout.mac(answer, at),
                LabelEntryLayout.ifindex(answer, at),
                Integer.toUnsignedLong(LabelEntryLayout.packets(answer, at))));
  }

  @Override
  public void close() {
    object.close();
  }
}
