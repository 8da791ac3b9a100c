package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.U32;
import static dev.shunt.scheduler.xdp.layout.Fields.U64;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/** {@code struct flood_script}: what a generator of {@code flood.bpf.c} sends. */
public final class FloodScriptLayout {

  /** {@code enum flood_script_of}. */
  public enum Of {
    SYNS,
    SESSIONS
  }

  /** {@code enum flood_sunk}. */
  public enum Sunk {
    SESSION,
    SYN,
    OTHER
  }

  /** A frame's at most. */
  private static final int MOST_BYTES = 80;

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              Fields.bytes(MOST_BYTES, "frame"),
              U64.withName("random"),
              U32.withName("ifindex"),
              U32.withName("sources"),
              U32.withName("ip_sum"),
              U32.withName("tcp_sum"),
              U32.withName("flows"),
              U32.withName("next"),
              U32.withName("services"),
              U32.withName("first_port"))
          .withName("flood_script");

  private static final VarHandle RANDOM = Fields.handle(LAYOUT, "random");
  private static final VarHandle IFINDEX = Fields.handle(LAYOUT, "ifindex");
  private static final VarHandle SOURCES = Fields.handle(LAYOUT, "sources");
  private static final VarHandle IP_SUM = Fields.handle(LAYOUT, "ip_sum");
  private static final VarHandle TCP_SUM = Fields.handle(LAYOUT, "tcp_sum");
  private static final VarHandle FLOWS = Fields.handle(LAYOUT, "flows");
  private static final VarHandle SERVICES = Fields.handle(LAYOUT, "services");
  private static final VarHandle FIRST_PORT = Fields.handle(LAYOUT, "first_port");

  private FloodScriptLayout() {}

  /** Every difference between the program's types and these, each as a sentence. */
  public static List<String> differences(Btf btf) {
    List<String> found = new ArrayList<>();
    SharedLayouts.compareStruct(btf, LAYOUT, found);
    SharedLayouts.compareEnum(
        btf, "flood_script_of", SharedLayouts.names("OF_", Of.values(), "FLOOD_SCRIPTS"), found);
    SharedLayouts.compareEnum(
        btf, "flood_sunk", SharedLayouts.names("SUNK_", Sunk.values(), "FLOOD_SUNK"), found);
    return found;
  }

  /**
   * Of SYNs.
   *
   * @param frame what is the same in all of them
   * @param network of their sources, whose last 24 bits vary
   */
  public static void setSyns(
      MemorySegment script,
      byte[] frame,
      long random,
      int ifindex,
      int network,
      int ipSum,
      int tcpSum) {
    setFrame(script, frame);
    RANDOM.set(script, 0L, random);
    IFINDEX.set(script, 0L, ifindex);
    SOURCES.set(script, 0L, network);
    IP_SUM.set(script, 0L, ipSum);
    TCP_SUM.set(script, 0L, tcpSum);
  }

  /** Of sessions, from the first one on. */
  public static void setSessions(
      MemorySegment script,
      byte[] frame,
      int ifindex,
      int firstSource,
      int flows,
      int services,
      int firstPort) {
    setFrame(script, frame);
    IFINDEX.set(script, 0L, ifindex);
    SOURCES.set(script, 0L, firstSource);
    FLOWS.set(script, 0L, flows);
    SERVICES.set(script, 0L, services);
    FIRST_PORT.set(script, 0L, firstPort);
  }

  private static void setFrame(MemorySegment script, byte[] frame) {
    MemorySegment.copy(frame, 0, script, Fields.U8, Fields.offset(LAYOUT, "frame"), frame.length);
  }
}
