package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.TraceFilter;
import dev.shunt.scheduler.xdp.layout.ConfigLayout;
import dev.shunt.scheduler.xdp.layout.Outcome;
import dev.shunt.scheduler.xdp.layout.TracingLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One program serves many tests: none sees what another left. */
final class LoadedProgramTest {

  private static final XdpConfig SIZES = World.sizes(World.SESSIONS, World.ROW, 4096);

  /** Places in {@code struct bpf_prog_info} and {@code struct bpf_map_info}. */
  private static final int MAP_COUNT = 52;

  private static final int MAP_IDS = 56;
  private static final int INFO_BYTES = 232;
  private static final int MAP_ID = 4;
  private static final int MOST_MAPS = 64;
  private static final int TRACE = 1;

  @BeforeEach
  void needsTheKernel() {
    Kernel.requireBpf();
  }

  @Test
  void aClearedProgramHoldsInEveryMapWhatAFreshOneHolds() throws DataPlaneException {
    LoadedProgram fresh = new LoadedProgram(SIZES);
    LoadedProgram used = new LoadedProgram(SIZES);
    try {
      openASession(used);
      used.soil();
      assertThat(used.contents()).containsOnlyKeys(used.mapNames());

      used.clear();

      assertThat(used.contents()).isEqualTo(fresh.contents());
    } finally {
      used.close();
      fresh.close();
    }
  }

  /** Which is told of in the ring of events, and in that of a trace. */
  private static void openASession(LoadedProgram program) throws DataPlaneException {
    World world = new World(program, SIZES);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment tracing = arena.allocate(TracingLayout.LAYOUT);
      long deadline = System.nanoTime() + TraceFilter.LEASE.toNanos();
      EnumSet<Outcome> all = EnumSet.allOf(Outcome.class);
      TracingLayout.set(tracing, deadline, TRACE, TraceFilter.ALL, all);
      world.kernel.map("tracing").put(0, tracing);
      MemorySegment config = world.kernel.config.get(arena, 0);
      ConfigLayout.setTracing(config, TRACE);
      world.kernel.config.put(0, config);
    }
    world.run(Frame.udp().bytes());
  }

  /** The list comes from the kernel, not from the object: which maps its programs can reach. */
  @Test
  void noMapOfTheProgramsIsLeftOut() throws DataPlaneException {
    LoadedProgram program = new LoadedProgram(SIZES);
    try (Arena arena = Arena.ofConfined()) {
      Set<Integer> cleared = new HashSet<>();
      for (BpfMap map : program.kernel.maps()) {
        cleared.add(info(arena, map.fd()).get(JAVA_INT, MAP_ID));
      }
      for (String name : new String[] {"shunt", KernelProgram.UP, KernelProgram.OUT}) {
        assertThat(cleared).containsAll(mapsOf(arena, program.kernel.fd(name)));
      }
    } finally {
      program.close();
    }
  }

  private static MemorySegment info(Arena arena, int fd) throws DataPlaneException {
    MemorySegment info = arena.allocate(INFO_BYTES, Long.BYTES);
    MemorySegment length = arena.allocateFrom(JAVA_INT, INFO_BYTES);
    Native.check(LibBpf.objInfo(fd, info, length), "asking about", "a program or map");
    return info;
  }

  private static Set<Integer> mapsOf(Arena arena, int fd) throws DataPlaneException {
    MemorySegment ids = arena.allocate(4L * MOST_MAPS, Long.BYTES);
    MemorySegment info = arena.allocate(INFO_BYTES, Long.BYTES);
    info.set(JAVA_INT, MAP_COUNT, MOST_MAPS);
    info.set(JAVA_LONG, MAP_IDS, ids.address());
    MemorySegment length = arena.allocateFrom(JAVA_INT, INFO_BYTES);
    Native.check(LibBpf.objInfo(fd, info, length), "asking about", "a program");
    Set<Integer> maps = new HashSet<>();
    for (int i = 0; i < info.get(JAVA_INT, MAP_COUNT); i++) {
      maps.add(ids.getAtIndex(JAVA_INT, i));
    }
    assertThat(maps).hasSizeLessThan(MOST_MAPS).isNotEmpty();
    return maps;
  }

  @Test
  void whatIsInUseIsNotGivenToAnother() throws DataPlaneException {
    try (World one = new World();
        World other = new World()) {
      one.run(Frame.udp().bytes());

      assertThat(one.sessions.list()).hasSize(1);
      assertThat(other.sessions.list()).isEmpty();
    }
  }

  @Test
  void theNextOneGetsTheSameProgramWithoutTheSessionsOfTheLast() throws DataPlaneException {
    KernelProgram first;
    try (World world = new World()) {
      first = world.kernel;
      world.run(Frame.udp().bytes());
      assertThat(world.sessions.list()).hasSize(1);
    }
    try (World world = new World()) {
      assertThat(world.kernel).isSameAs(first);
      assertThat(world.sessions.list()).isEmpty();
      assertThat(world.count("forward_new")).isZero();
    }
  }
}
