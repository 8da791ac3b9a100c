package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.xdp.layout.Outcome.Verdict;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Runs the program in the kernel on one packet that comes from no wire and goes to none ({@code
 * BPF_PROG_TEST_RUN}). Its tables and counters are the real ones and change as by a real packet.
 */
public final class PacketRun {

  /** What became of the packet. */
  public static final class Result {
    private final int code;
    private final byte[] frame;
    private final int nanos;

    private Result(int code, byte[] frame, int nanos) {
      this.code = code;
      this.frame = frame;
      this.nanos = nanos;
    }

    /** Of an XDP program. */
    public Verdict verdict() {
      return VERDICTS[code];
    }

    /** What the program returned, as its kind of program has it. */
    public int code() {
      return code;
    }

    /** A copy of the packet as it left the program. */
    public byte[] frame() {
      return frame.clone();
    }

    /** Time per pass. */
    public int nanos() {
      return nanos;
    }
  }

  private static final Verdict[] VERDICTS = Verdict.values();

  /** The kernel takes no frame shorter than an Ethernet header. */
  public static final int MIN_FRAME = 14;

  /** Longest frame that fits the page which the kernel runs it in. */
  public static final int MAX_FRAME = 3500;

  /** Room for what the program puts before a packet. */
  private static final int GROWTH = 64;

  /** {@code struct bpf_test_run_opts}. */
  private static final StructLayout OPTIONS =
      MemoryLayout.structLayout(
          JAVA_LONG.withName("sz"),
          ADDRESS.withName("data_in"),
          ADDRESS.withName("data_out"),
          JAVA_INT.withName("data_size_in"),
          JAVA_INT.withName("data_size_out"),
          ADDRESS.withName("ctx_in"),
          ADDRESS.withName("ctx_out"),
          JAVA_INT.withName("ctx_size_in"),
          JAVA_INT.withName("ctx_size_out"),
          JAVA_INT.withName("retval"),
          JAVA_INT.withName("repeat"),
          JAVA_INT.withName("duration"),
          JAVA_INT.withName("flags"),
          JAVA_INT.withName("cpu"),
          JAVA_INT.withName("batch_size"));

  /** {@code struct __sk_buff}, and what of it says that a packet is to be cut into segments. */
  private static final int CONTEXT_BYTES = 192;

  private static final int CONTEXT_SEGMENTS = 164;
  private static final int CONTEXT_SEGMENT_BYTES = 176;

  private static final long CONTEXT_IN = offset("ctx_in");
  private static final long CONTEXT_SIZE_IN = offset("ctx_size_in");
  private static final long DATA_IN = offset("data_in");
  private static final long DATA_OUT = offset("data_out");
  private static final long DATA_SIZE_IN = offset("data_size_in");
  private static final long DATA_SIZE_OUT = offset("data_size_out");
  private static final long RETVAL = offset("retval");
  private static final long REPEAT = offset("repeat");
  private static final long DURATION = offset("duration");
  private static final long FLAGS = offset("flags");

  /** {@code BPF_F_TEST_XDP_LIVE_FRAMES}. */
  private static final int LIVE_FRAMES = 1 << 1;

  private final int program;

  /**
   * @param program file descriptor of a loaded program
   */
  PacketRun(int program) {
    this.program = program;
  }

  /** One packet, one pass. */
  public Result run(byte[] frame) throws DataPlaneException {
    return run(frame, 1);
  }

  /**
   * Many passes; each gets the packet as the one before it left it, so that only a program that
   * puts it back is measured by this.
   */
  Result run(byte[] frame, int repeat) throws DataPlaneException {
    return run(frame, repeat, 0);
  }

  /**
   * One pass of a tc program on a packet that the kernel is to cut.
   *
   * @param segmentBytes TCP payload of each segment; 0 for a packet that goes as it is
   */
  Result runSegmented(byte[] frame, int segmentBytes) throws DataPlaneException {
    return run(frame, 1, segmentBytes);
  }

  /**
   * Really sends what an XDP program makes of a frame, again and again; each pass gets the frame as
   * an earlier one left it.
   */
  void send(byte[] frame, int repeat) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment options = arena.allocate(OPTIONS);
      options.set(JAVA_LONG, 0, OPTIONS.byteSize());
      options.set(ADDRESS, DATA_IN, arena.allocateFrom(JAVA_BYTE, frame));
      options.set(JAVA_INT, DATA_SIZE_IN, frame.length);
      options.set(JAVA_INT, REPEAT, repeat);
      options.set(JAVA_INT, FLAGS, LIVE_FRAMES);
      Native.check(LibBpf.testRun(program, options), "sending", "frames");
    }
  }

  private Result run(byte[] frame, int repeat, int segmentBytes) throws DataPlaneException {
    if (frame.length < MIN_FRAME || frame.length > MAX_FRAME) {
      throw new IllegalArgumentException(
          "a frame of %d bytes: allowed is %d to %d".formatted(frame.length, MIN_FRAME, MAX_FRAME));
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(frame.length + GROWTH);
      MemorySegment options = arena.allocate(OPTIONS);
      options.set(JAVA_LONG, 0, OPTIONS.byteSize());
      options.set(ADDRESS, DATA_IN, arena.allocateFrom(JAVA_BYTE, frame));
      options.set(ADDRESS, DATA_OUT, out);
      options.set(JAVA_INT, DATA_SIZE_IN, frame.length);
      options.set(JAVA_INT, DATA_SIZE_OUT, (int) out.byteSize());
      options.set(JAVA_INT, REPEAT, repeat);
      if (segmentBytes > 0) {
        MemorySegment context = arena.allocate(CONTEXT_BYTES, Long.BYTES);
        context.set(JAVA_INT, CONTEXT_SEGMENTS, frame.length / segmentBytes + 1);
        context.set(JAVA_INT, CONTEXT_SEGMENT_BYTES, segmentBytes);
        options.set(ADDRESS, CONTEXT_IN, context);
        options.set(JAVA_INT, CONTEXT_SIZE_IN, CONTEXT_BYTES);
      }
      Native.check(LibBpf.testRun(program, options), "running the program on", "a packet");
      int length = options.get(JAVA_INT, DATA_SIZE_OUT);
      return new Result(
          options.get(JAVA_INT, RETVAL),
          out.asSlice(0, length).toArray(JAVA_BYTE),
          options.get(JAVA_INT, DURATION));
    }
  }

  private static long offset(String field) {
    return OPTIONS.byteOffset(PathElement.groupElement(field));
  }
}
