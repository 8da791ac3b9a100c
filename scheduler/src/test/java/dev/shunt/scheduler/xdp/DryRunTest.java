package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Explanation.Place;
import dev.shunt.scheduler.SessionEvent;
import dev.shunt.scheduler.TargetState;
import dev.shunt.scheduler.xdp.layout.Elf;
import dev.shunt.scheduler.xdp.layout.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The program that explains says what the program that runs then does, and changes nothing. */
final class DryRunTest {

  /** {@code BPF_F_RDONLY_PROG}: the verifier refuses every program that writes to such a map. */
  private static final int READ_ONLY = 1 << 7;

  private static final int CALL = 0x85;

  /**
   * Numbers of the helpers that it may call (bpf-helpers(7)): look-up, two clocks, random number,
   * check sum, head, tail and bytes of the packet, peek, tick, and three about sockets.
   */
  private static final List<Integer> HELPERS =
      List.of(1, 5, 7, 28, 44, 65, 86, 89, 99, 100, 118, 160, 189);

  private static final XdpConfig SIZES = World.sizes(World.SESSIONS, World.ROW, 1 << 20);

  // Both are loaded once and their tables emptied for each test and each fixture: loading is slow.
  private static @Nullable LoadedProgram loaded;
  private static @Nullable DryRun beside;

  @BeforeAll
  static void load() throws DataPlaneException {
    Kernel.requireBpf();
    loaded = new LoadedProgram(SIZES);
    beside = DryRun.beside(loaded.kernel);
  }

  @AfterAll
  static void close() {
    if (beside != null) {
      beside.close();
    }
    if (loaded != null) {
      loaded.close();
    }
  }

  /** The program, with nothing in its tables. */
  private static LoadedProgram program() throws DataPlaneException {
    LoadedProgram program = Objects.requireNonNull(loaded);
    program.clear();
    return program;
  }

  private static World world() throws DataPlaneException {
    return new World(program(), SIZES);
  }

  private static DryRun dry() {
    return Objects.requireNonNull(beside);
  }

  @Test
  void ofEveryFixturesPacketItSaysWhatThenHappensAndChangesNothing() throws DataPlaneException {
    SoftAssertions softly = new SoftAssertions();
    for (Fixture fixture : FixtureTest.fixtures()) {
      compare(fixture, program(), dry(), softly);
    }
    softly.assertAll();
  }

  private static void compare(
      Fixture fixture, LoadedProgram program, DryRun dry, SoftAssertions softly)
      throws DataPlaneException {
    World world = new World(program, SIZES);
    fixture.before.on(world);
    SortedMap<String, SortedMap<String, String>> before = program.contents();

    DryRun.Result said = dry.run(fixture.packet);

    softly.assertThat(program.contents()).as(fixture.name).isEqualTo(before);
    PacketRun.Result done = world.run(fixture.packet);
    softly.assertThat(said.outcome()).as(fixture.name).isEqualTo(fixture.outcome);
    softly.assertThat(said.packet().verdict()).as(fixture.name).isEqualTo(done.verdict());
    softly.assertThat(said.packet().frame()).as(fixture.name).isEqualTo(done.frame());
  }

  /** Not by looking at what some packets do: no path through the program writes. */
  @Test
  void theVerifierTakesItOnTablesThatNoProgramMayWrite() throws Exception {
    Kernel.requireCommand("bpftool");
    Map<String, Integer> twins = new HashMap<>();
    LoadedProgram program = new LoadedProgram(World.sizes(World.SESSIONS, World.ROW, 4096));
    try (DryRun dry =
        DryRun.on(map -> {
          int fd = readOnlyTwin(program.kernel.map(map));
          twins.put(map, fd);
          return fd;
        })) {
      assertThat(dry.run(Frame.udp().bytes()).outcome()).isEqualTo(Outcome.PASS_OTHER_MAC);
      Set<String> compared =
          program.mapNames().stream()
              .map(name -> name.replaceFirst("^\\.data\\.", ""))
              .collect(Collectors.toSet());
      assertThat(twins.keySet()).as("tables").isEqualTo(compared);
    } finally {
      twins.values().forEach(LibC::close);
      program.close();
    }
  }

  /** Proves that the flag is what makes the proof above: the program that runs is refused. */
  @Test
  void theVerifierRefusesTheProgramThatRunsOnSuchTables() throws Exception {
    Kernel.requireCommand("bpftool");
    try (World world = new World();
        BpfObject object = BpfObject.open("shunt", BpfObject.resource(KernelProgram.RESOURCE))) {
      int fd = readOnlyTwin(world.kernel.sessions4);
      object.share("sessions4", fd);
      LibC.close(fd);
      assertThatThrownBy(() -> object.load("shunt")).hasMessageContaining("write into map");
    }
  }

  /** Its pin is gone again at once: its file descriptor keeps it. */
  private static int readOnlyTwin(BpfMap map) throws DataPlaneException {
    Path pin = Path.of("/sys/fs/bpf/dry" + ProcessHandle.current().pid());
    Map<Integer, String> types =
        Map.of(1, "hash", 2, "array", 6, "percpu_array", 9, "lru_hash", 22, "queue", 27, "ringbuf");
    String type = types.getOrDefault(map.shape().type(), "unknown");
    // A ring buffer takes no such flag; that none is written to, the helpers' numbers tell.
    int flags = map.shape().flags() | (type.equals("ringbuf") ? 0 : READ_ONLY);
    Command.run(
        "bpftool map create %s type %s key %d value %d entries %d name %s flags %d"
            .formatted(
                pin,
                type,
                map.shape().keySize(),
                map.shape().valueSize(),
                map.shape().maxEntries(),
                map.name(),
                flags)
            .split(" ", -1));
    try {
      return Native.check(LibBpf.objGet(pin.toString()), "opening", pin.toString());
    } finally {
      unpin(pin);
    }
  }

  private static void unpin(Path pin) {
    try {
      Files.delete(pin);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void itCallsNoHelperThatWrites() throws IOException {
    Elf object = new Elf(BpfObject.resource(DryRun.RESOURCE));
    TreeSet<Integer> called = new TreeSet<>();
    for (String section : List.of("xdp", ".text")) {
      ByteBuffer code =
          ByteBuffer.wrap(object.section(section).orElseThrow()).order(ByteOrder.LITTLE_ENDIAN);
      for (int at = 0; at < code.capacity(); at += 8) {
        // The upper half of the registers' byte is 0 for a helper, else it is a function of ours.
        if ((code.get(at) & 0xff) == CALL && code.get(at + 1) >> 4 == 0) {
          called.add(code.getInt(at + 4));
        }
      }
    }
    assertThat(called).isSubsetOf(HELPERS).contains(1);
  }

  @Test
  void nobodyHearsOfASessionThatWasOnlyAskedAbout() throws Exception {
    List<SessionEvent> events = new ArrayList<>();
    World world = world();
    DryRun dry = dry();
    dry.run(Frame.udp().bytes());
    assertThat(world.count("event_lost")).isZero();
    assertThat(world.sessions.list()).isEmpty();

    try (EventRing<SessionEvent> _ = EventRing.sessions(world.kernel.events, events::addAll)) {
      world.run(Frame.udp().bytes());
      waitFor(events);
    }
    assertThat(events).as("of the real packet only").hasSize(1);
  }

  private static void waitFor(List<?> events) throws InterruptedException {
    long patience = System.nanoTime() + 10_000_000_000L;
    while (events.isEmpty() && System.nanoTime() < patience) {
      Thread.onSpinWait();
    }
  }

  @Test
  void thePairThatItNamesIsStillThereForThePacket() throws DataPlaneException {
    World world = world();
    DryRun dry = dry();
    world.labels(5, 6);
    world.run(Frame.tcp(Frame.SYN).bytes());
    byte[] ack = Frame.tcp(Frame.ACK).bytes();

    DryRun.Result first = dry.run(ack);
    DryRun.Result again = dry.run(ack);

    assertThat(first.asides()).containsExactly("pair_taken");
    assertThat(again.packet().frame()).isEqualTo(first.packet().frame());
    assertThat(world.run(ack).frame()).isEqualTo(first.packet().frame());
    assertThat(world.pool.drain()).containsExactly(6);
  }

  @Test
  void aFullTableIsToldOfThoughNothingIsWritten() throws DataPlaneException {
    World world = world();
    DryRun dry = dry();
    byte[] late = Frame.udp().sourcePort(9).bytes();
    for (int port = 1; port < World.SESSIONS; port++) {
      world.run(Frame.udp().sourcePort(port).bytes());
    }
    assertThat(dry.run(late).outcome()).isEqualTo(Outcome.FORWARD_NEW);
    world.run(Frame.udp().sourcePort(World.SESSIONS).bytes());

    assertThat(dry.run(late).outcome()).isEqualTo(Outcome.FORWARD_TABLE_FULL);
    assertThat(dry.run(Frame6.udp().bytes()).outcome())
        .as("the other family's table has room")
        .isEqualTo(Outcome.FORWARD_NEW);
  }

  @Test
  void itTellsServiceTargetAndPlaceOfWhatOpens() throws DataPlaneException {
    World world = world();
    DryRun dry = dry();
    DryRun.Result said = dry.run(Frame.tcp(Frame.SYN).bytes());

    assertThat(said.service()).isEqualTo(OptionalInt.of(world.writer.indexOf(World.HTTP)));
    assertThat(said.target()).isEqualTo(OptionalInt.of(World.B));
    assertThat(said.place().map(Place::size)).contains(World.ROW);
    assertThat(said.session()).isEmpty();
  }

  @Test
  void itTellsTheSessionOfWhatGoesOn() throws DataPlaneException {
    World world = world();
    DryRun dry = dry();
    world.session(World.C, SessionState.ESTABLISHED);
    world.state(World.C, TargetState.DRAINED);

    DryRun.Result said = dry.run(Frame.tcp(Frame.ACK).bytes());

    assertThat(said.outcome()).isEqualTo(Outcome.FORWARD_SESSION);
    assertThat(said.target()).isEqualTo(OptionalInt.of(World.C));
    assertThat(said.session().map(DryRun.FoundSession::target)).contains(World.C);
    assertThat(said.session().map(DryRun.FoundSession::state)).contains(SessionState.ESTABLISHED);
  }

  @Test
  void itTellsWhoseShareItIsThatIsNotOurs() throws DataPlaneException {
    Fixture others =
        EveryoneFixtures.shared().stream()
            .filter(f -> f.name.equals("everyone: another's SYN"))
            .findFirst()
            .orElseThrow();
    World world = world();
    DryRun dry = dry();
    others.before.on(world);

    DryRun.Result said = dry.run(others.packet);

    assertThat(said.outcome()).isEqualTo(Outcome.DROP_OTHERS_SHARE);
    assertThat(said.service()).isPresent();
    assertThat(said.target()).isEqualTo(OptionalInt.of(World.B));
  }

  @Test
  void turnsAreToldAndNotTaken() throws DataPlaneException {
    World world = world();
    DryRun dry = dry();
    AlgorithmFixtures.turns().getFirst().before.on(world);
    byte[] syn = Frame.tcp(Frame.SYN).bytes();

    OptionalInt said = dry.run(syn).target();

    assertThat(dry.run(syn).target()).isEqualTo(said);
  }
}
