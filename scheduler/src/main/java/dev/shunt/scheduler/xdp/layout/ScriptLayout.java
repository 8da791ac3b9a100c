package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.U32;
import static dev.shunt.scheduler.xdp.layout.Fields.U64;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/** {@code struct script}: which flows a benchmark's packets belong to. */
public final class ScriptLayout {

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              U64.withName("random"),
              U32.withName("flows"),
              U32.withName("next"),
              U32.withName("services"),
              U32.withName("first_port"))
          .withName("script");

  private static final VarHandle RANDOM = Fields.handle(LAYOUT, "random");
  private static final VarHandle FLOWS = Fields.handle(LAYOUT, "flows");
  private static final VarHandle NEXT = Fields.handle(LAYOUT, "next");
  private static final VarHandle SERVICES = Fields.handle(LAYOUT, "services");
  private static final VarHandle FIRST_PORT = Fields.handle(LAYOUT, "first_port");

  private ScriptLayout() {}

  /** Every difference between the program's struct and this, as a sentence. */
  public static List<String> differences(Btf btf) {
    List<String> found = new ArrayList<>();
    SharedLayouts.compareStruct(btf, LAYOUT, found);
    return found;
  }

  /**
   * @param random where the generator starts
   * @param flows a random one of so many in each pass; 0: one after the other
   * @param next the first one of those
   */
  public static void set(
      MemorySegment segment, long random, int flows, int next, int services, int firstPort) {
    RANDOM.set(segment, 0L, random);
    FLOWS.set(segment, 0L, flows);
    NEXT.set(segment, 0L, next);
    SERVICES.set(segment, 0L, services);
    FIRST_PORT.set(segment, 0L, firstPort);
  }
}
