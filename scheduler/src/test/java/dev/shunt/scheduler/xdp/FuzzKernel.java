package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.xdp.model.FuzzWorld;
import dev.shunt.scheduler.xdp.model.Moment;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;

/** The program in the kernel with the tables of a world, run packet by packet without garbage. */
final class FuzzKernel implements AutoCloseable {

  static final int LINE_CARD = 5;
  private static final int ROW_ROOM = 64;
  private static final int MAX_SERVICES = 24;
  private static final int ROOM = 4096;

  /** Places in {@code struct bpf_test_run_opts}. */
  private static final int DATA_IN = 8;

  private static final int DATA_OUT = 16;
  private static final int SIZE_IN = 24;
  private static final int SIZE_OUT = 28;
  private static final int RETVAL = 56;
  private static final int REPEAT = 60;
  private static final int OPTION_BYTES = 80;

  final KernelProgram kernel;
  final DispatchWriter writer;
  final SessionMap sessions;
  final Counters counters;
  final PairPool pool;
  final TargetLoads loads;
  final RingMemory ring;
  final MemorySegment labels;

  private final int program;
  private final Moment now;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment moment;
  private final MemorySegment options = arena.allocate(OPTION_BYTES, Long.BYTES);
  private final MemorySegment in = arena.allocate(ROOM);
  private final MemorySegment out = arena.allocate(ROOM);
  private int length;

  FuzzKernel(FuzzWorld world, byte[] object, Moment now) throws DataPlaneException {
    this.now = now;
    XdpConfig sizes =
        new XdpConfig(
            "none",
            Path.of("/sys/fs/bpf/none"),
            world.maxSessions,
            ROW_ROOM,
            MAX_SERVICES,
            world.eventBytes,
            world.hashSeed);
    kernel = KernelProgram.load(sizes, null, FuzzObject.NAME, object, FuzzObject.PROGRAMS);
    kernel.configure(world.hashSeed, world.maxFrame, new MacAddress(FuzzWorld.MINE), LINE_CARD);
    program = kernel.fd("fuzz");
    writer = new DispatchWriter(kernel, ROW_ROOM);
    sessions = new SessionMap(kernel, writer::target, now::nanos);
    counters = new Counters(kernel);
    pool = new PairPool(kernel, counters);
    loads = new TargetLoads(kernel, writer::indexOf);
    ring = new RingMemory(kernel.events);
    moment = LibC.mmap(kernel.map("moments").fd(), ROOM);
    BpfMap table = kernel.map("labels");
    labels = LibC.mmap(table.fd(), table.maxEntries() * 32L);
    options.set(JAVA_LONG, 0, OPTION_BYTES);
    options.set(ADDRESS, DATA_IN, in);
    options.set(ADDRESS, DATA_OUT, out);
    options.set(JAVA_INT, REPEAT, 1);
  }

  /** Runs a packet at this moment; its outcome's number and, in the lower byte, its verdict. */
  int run(byte[] frame, int bytes) throws DataPlaneException {
    moment.set(JAVA_LONG, 0, now.tick());
    moment.set(JAVA_LONG, 8, now.coarse());
    moment.set(JAVA_LONG, 16, now.nanos());
    moment.set(JAVA_LONG, 24, now.random());
    MemorySegment.copy(frame, 0, in, JAVA_BYTE, 0, bytes);
    options.set(JAVA_INT, SIZE_IN, bytes);
    options.set(JAVA_INT, SIZE_OUT, ROOM);
    Native.check(LibBpf.testRun(program, options), "running the program on", "a packet");
    length = options.get(JAVA_INT, SIZE_OUT);
    return options.get(JAVA_INT, RETVAL);
  }

  /** Length of the frame as it left the program. */
  int length() {
    return length;
  }

  /** Whether the frame left as these bytes. */
  boolean left(byte[] array, int from, int bytes) {
    return bytes == length
        && MemorySegment.mismatch(
                out, 0, length, MemorySegment.ofArray(array), from, (long) from + bytes)
            < 0;
  }

  /** The frame as it left, in a buffer that has room. */
  void copyTo(byte[] buffer) {
    MemorySegment.copy(out, JAVA_BYTE, 0, buffer, 0, length);
  }

  byte[] frame() {
    byte[] copy = new byte[length];
    copyTo(copy);
    return copy;
  }

  /** Forgets all datagrams. */
  void forgetDatagrams() throws DataPlaneException {
    BpfMap map = kernel.map("datagrams");
    byte[][] all = {new byte[0]};
    int[] count = {0};
    map.scan((keys, key, values, value) -> {
      byte[] one = keys.asSlice(key, 40).toArray(JAVA_BYTE);
      int at = count[0] * 40;
      if (at + 40 > all[0].length) {
        all[0] = Arrays.copyOf(all[0], 2 * all[0].length + 40);
      }
      System.arraycopy(one, 0, all[0], at, 40);
      count[0]++;
    });
    try (Arena keys = Arena.ofConfined()) {
      map.removeAll(keys.allocateFrom(JAVA_BYTE, all[0]), count[0]);
    }
  }

  @Override
  public void close() {
    LibC.munmap(moment);
    LibC.munmap(labels);
    ring.close();
    kernel.close();
    arena.close();
  }
}
