package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.xdp.layout.Btf;
import dev.shunt.scheduler.xdp.layout.Elf;
import dev.shunt.scheduler.xdp.layout.FloodScriptLayout;
import dev.shunt.scheduler.xdp.layout.FloodScriptLayout.Of;
import dev.shunt.scheduler.xdp.layout.FloodScriptLayout.Sunk;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Sends SYNs of clients that are not there out of an interface, as fast as the kernel can, each
 * from another address and port; for tests and benchmarks. Also packets of sessions, and a sink.
 *
 * <p>Whoever is at the other end of the link must run an XDP program, if the link is a veth. Each
 * generator is for one thread at a time.
 */
public final class SynFlood implements AutoCloseable {

  static final String RESOURCE = "flood.bpf.o";

  private static final String NAME = "flood";
  private static final String SYNS = "flood_syns";
  private static final String SESSIONS = "flood_sessions";
  private static final String SINK = "flood_sink";

  /** 11.0.0.0/8: no test and no benchmark has clients there. */
  private static final int SOURCES = 0x0b000000;

  private static final int ETHERNET = 14;
  private static final int IP_HEADER = 20;
  private static final int TCP_HEADER = 40;
  private static final int TCP = 6;

  /** MSS 1460, SACK, timestamps, window scale 7: what most clients' SYNs say. */
  private static final byte[] OPTIONS = {
    2, 4, 5, (byte) 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7
  };

  private final BpfObject object;
  private final int ifindex;
  private final BpfMap scripts;
  private final BpfMap sunk;
  private byte[] syn = {};
  private byte[] session = {};

  private SynFlood(BpfObject object, int ifindex) throws DataPlaneException {
    this.object = object;
    this.ifindex = ifindex;
    scripts = object.map("scripts");
    sunk = object.map("sunk");
  }

  /**
   * @param networkInterface where the frames go out, in the network namespace of this process
   */
  public static SynFlood open(String networkInterface) throws DataPlaneException {
    byte[] file = BpfObject.resource(RESOURCE);
    byte[] types = new Elf(file).section(".BTF").orElse(new byte[0]);
    List<String> differences = FloodScriptLayout.differences(Btf.parse(types));
    if (!differences.isEmpty()) {
      throw new DataPlaneException(
          RESOURCE + " does not fit this build: " + String.join("; ", differences));
    }
    int ifindex = DataInterface.of(networkInterface).index();
    BpfObject object = BpfObject.open(NAME, file);
    try {
      object.load(SYNS, SESSIONS, SINK);
      return new SynFlood(object, ifindex);
    } catch (DataPlaneException | RuntimeException e) {
      object.close();
      throw e;
    }
  }

  /** What {@link #sendSyns} sends from now on. */
  public void floodSyns(MacAddress to, MacAddress from, Inet4Address vip, int port)
      throws DataPlaneException {
    ByteBuffer frame =
        ByteBuffer.allocate(ETHERNET + IP_HEADER + TCP_HEADER)
            .put(to.bytes())
            .put(from.bytes())
            .putShort((short) 0x0800)
            .putShort((short) 0x4500)
            .putShort((short) (IP_HEADER + TCP_HEADER))
            .putInt(0x4000)
            .put((byte) 64)
            .put((byte) TCP)
            .putShort((short) 0)
            .putInt(0)
            .put(vip.getAddress())
            .putShort((short) 0)
            .putShort((short) port)
            .putLong(0)
            .put((byte) ((TCP_HEADER / 4) << 4))
            .put((byte) BenchFlows.SYN)
            .putShort((short) 64_240)
            .putInt(0)
            .put(OPTIONS);
    syn = frame.array();
    ByteBuffer pseudo =
        ByteBuffer.allocate(2 * Integer.BYTES)
            .put(vip.getAddress())
            .putShort((short) TCP)
            .putShort((short) TCP_HEADER);
    int ipSum = sum(syn, ETHERNET, IP_HEADER);
    int tcpSum = sum(syn, ETHERNET + IP_HEADER, TCP_HEADER) + sum(pseudo.array(), 0, 8);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment script = arena.allocate(FloodScriptLayout.LAYOUT);
      long random = ThreadLocalRandom.current().nextLong();
      FloodScriptLayout.setSyns(script, syn, random, ifindex, SOURCES, ipSum, tcpSum);
      put(Of.SYNS, script);
    }
  }

  /** What {@link #sendSessions} sends: packets of the first so many flows of a benchmark. */
  void floodSessions(int flows, int services) throws DataPlaneException {
    session = BenchFlows.TCP4.frame(BenchFlows.ACK);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment script = arena.allocate(FloodScriptLayout.LAYOUT);
      FloodScriptLayout.setSessions(
          script, session, ifindex, BenchFlows.SOURCES4, flows, services, BenchFlows.FIRST_PORT);
      put(Of.SESSIONS, script);
    }
  }

  @SuppressWarnings("EnumOrdinal") // FloodScriptLayout holds the order against the program's.
  private void put(Of script, MemorySegment value) throws DataPlaneException {
    scripts.put(script.ordinal(), value);
  }

  /** By the words that the program adds to it, which reads them as they lie in memory. */
  private static int sum(byte[] bytes, int from, int length) {
    ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    int sum = 0;
    for (int at = from; at < from + length; at += Short.BYTES) {
      sum += Short.toUnsignedInt(words.getShort(at));
    }
    return sum;
  }

  /** Sends so many; returns when the last one has gone, on the CPU of the calling thread. */
  public void sendSyns(int count) throws DataPlaneException {
    new PacketRun(object.program(SYNS)).send(syn, count);
  }

  void sendSessions(int count) throws DataPlaneException {
    new PacketRun(object.program(SESSIONS)).send(session, count);
  }

  /** The program that counts and drops what an interface gets. */
  int sink() throws DataPlaneException {
    return object.program(SINK);
  }

  /** What it counted. */
  @SuppressWarnings("EnumOrdinal") // FloodScriptLayout holds the order against the program's.
  long sunk(Sunk kind) throws DataPlaneException {
    return Counters.sum(sunk, kind.ordinal());
  }

  @Override
  public void close() {
    object.close();
  }
}
