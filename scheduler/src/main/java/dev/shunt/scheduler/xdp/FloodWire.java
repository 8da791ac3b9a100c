package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shunt.cluster.Ticker;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.SynCookies;
import dev.shunt.scheduler.xdp.layout.FloodScriptLayout.Sunk;
import dev.shunt.scheduler.xdp.layout.Outcome;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.util.SortedMap;

/**
 * The data plane on one end of a link and at the other end a flood, packets of established
 * sessions, and a sink for what comes back: for {@code shunt bench flood}. The two generators may
 * run on a thread each; all else is for one thread.
 */
public final class FloodWire implements AutoCloseable {

  /** What handles the packets. */
  public enum Program {
    /** The MAC addresses swapped and nothing else. */
    SWAP,
    /** The data plane, with SYN cookies in a flood. */
    SHUNT
  }

  public static final int SESSIONS = 10_000;

  private static final int SERVICES = 10;
  private static final int TARGETS = 10;

  private final BenchKernel kernel;
  private final SynFlood far;
  private final int link;
  private final int sink;

  private FloodWire(BenchKernel kernel, SynFlood far, int link, int sink) {
    this.kernel = kernel;
    this.far = far;
    this.link = link;
    this.sink = sink;
  }

  /**
   * Takes both ends of a link of its own, whose queues are one for each CPU.
   *
   * @param near the end of the data plane
   * @param end the flood's
   */
  public static FloodWire open(String near, String end, Ticker ticker) throws DataPlaneException {
    BenchKernel.Size size = new BenchKernel.Size(SERVICES, TARGETS, SESSIONS);
    SynCookies cookies = new SynCookies(SynCookies.Use.AUTO, SynCookies.DEFAULT_FLOOD);
    BenchKernel kernel = BenchKernel.open(size, cookies, ticker);
    try {
      SynFlood far = SynFlood.open(end);
      try {
        far.floodSyns(
            BenchFlows.MEMBER,
            BenchFlows.PEER,
            (Inet4Address) BenchFlows.VIP4,
            BenchFlows.FIRST_PORT);
        far.floodSessions(SESSIONS, SERVICES);
        int link = attach(kernel.fd("shunt"), near);
        return new FloodWire(kernel, far, link, attach(far.sink(), end));
      } catch (DataPlaneException | RuntimeException e) {
        far.close();
        throw e;
      }
    } catch (DataPlaneException | RuntimeException e) {
      kernel.close();
      throw e;
    }
  }

  private static int attach(int program, String networkInterface) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment options = arena.allocate(XdpLink.CREATE_OPTIONS_BYTES, Long.BYTES);
      options.set(JAVA_LONG, 0, XdpLink.CREATE_OPTIONS_BYTES);
      options.set(JAVA_INT, Long.BYTES, XdpLink.XDP_FLAGS_DRV_MODE);
      int index = DataInterface.of(networkInterface).index();
      return Native.check(
          LibBpf.linkCreate(program, index, XdpLink.BPF_XDP, options),
          "attaching an XDP program to interface",
          networkInterface);
    }
  }

  /** Who handles packets from now on. */
  public void run(Program program) throws DataPlaneException {
    String name = program == Program.SWAP ? "bench_swap" : "shunt";
    Native.check(LibBpf.linkUpdate(link, kernel.fd(name)), "changing to program", name);
  }

  /** Sends SYNs of the flood, on the CPU of this thread. */
  public void sendSyns(int count) throws DataPlaneException {
    far.sendSyns(count);
  }

  /** Sends packets of the sessions, one after the other, on the CPU of this thread. */
  public void sendSessions(int count) throws DataPlaneException {
    far.sendSessions(count);
  }

  /** Keeps this thread on one CPU. */
  public static void stayOn(int cpu) throws DataPlaneException {
    Native.check(LibC.setAffinity(cpu), "keeping a thread on CPU", Integer.toString(cpu));
  }

  /** Packets of sessions that came back to the far end. */
  public long sessionsBack() throws DataPlaneException {
    return far.sunk(Sunk.SESSION);
  }

  /** SYNs that came back, or answers to them. */
  public long synsBack() throws DataPlaneException {
    return far.sunk(Sunk.SYN);
  }

  /** Of the data plane. */
  public long count(Outcome outcome) throws DataPlaneException {
    return kernel.count(outcome);
  }

  /** The ends that packets came to at the data plane, and how many each. */
  public SortedMap<String, Long> counts() throws DataPlaneException {
    return kernel.counts();
  }

  @Override
  public void close() {
    LibC.close(link);
    LibC.close(sink);
    far.close();
    kernel.close();
  }
}
