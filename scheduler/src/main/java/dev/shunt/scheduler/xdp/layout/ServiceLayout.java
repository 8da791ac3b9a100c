package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.U32;

import dev.shunt.scheduler.Pick;
import dev.shunt.scheduler.SynCookies;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/** {@code struct service}: where the row of a service is. */
public final class ServiceLayout {

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              U32.withName("index"),
              U32.withName("row_base"),
              U32.withName("row_size"),
              U32.withName("algorithm"),
              U32.withName("labels"),
              U32.withName("limited"),
              U32.withName("cookies"),
              U32.withName("flood_from"),
              U32.withName("everyone"),
              U32.withName("switched"))
          .withName("service");

  private static final VarHandle INDEX = Fields.handle(LAYOUT, "index");
  private static final VarHandle ROW_BASE = Fields.handle(LAYOUT, "row_base");
  private static final VarHandle ROW_SIZE = Fields.handle(LAYOUT, "row_size");

  private static final VarHandle ALGORITHM = Fields.handle(LAYOUT, "algorithm");
  private static final VarHandle LABELS = Fields.handle(LAYOUT, "labels");
  private static final VarHandle LIMITED = Fields.handle(LAYOUT, "limited");
  private static final VarHandle COOKIES = Fields.handle(LAYOUT, "cookies");
  private static final VarHandle FLOOD_FROM = Fields.handle(LAYOUT, "flood_from");
  private static final SynCookies.Use[] USES = SynCookies.Use.values();
  private static final VarHandle EVERYONE = Fields.handle(LAYOUT, "everyone");
  private static final VarHandle SWITCHED = Fields.handle(LAYOUT, "switched");
  private static final Pick[] PICKS = Pick.values();

  private ServiceLayout() {}

  public static int index(MemorySegment service) {
    return (int) INDEX.get(service, 0L);
  }

  public static int rowBase(MemorySegment service) {
    return (int) ROW_BASE.get(service, 0L);
  }

  public static int rowSize(MemorySegment service) {
    return (int) ROW_SIZE.get(service, 0L);
  }

  /** {@code enum algorithm}. */
  public static Pick pick(MemorySegment service) {
    return PICKS[(int) ALGORITHM.get(service, 0L)];
  }

  public static boolean labels(MemorySegment service) {
    return (int) LABELS.get(service, 0L) != 0;
  }

  public static boolean limited(MemorySegment service) {
    return (int) LIMITED.get(service, 0L) != 0;
  }

  /** {@code enum cookies} and the flood's beginning. */
  public static SynCookies cookies(MemorySegment service) {
    return new SynCookies(USES[(int) COOKIES.get(service, 0L)], (int) FLOOD_FROM.get(service, 0L));
  }

  public static boolean everyone(MemorySegment service) {
    return (int) EVERYONE.get(service, 0L) != 0;
  }

  public static boolean switched(MemorySegment service) {
    return (int) SWITCHED.get(service, 0L) != 0;
  }

  /** Who takes its packets, and which way its answers go. */
  public static void setPaths(MemorySegment service, boolean everyone, boolean switched) {
    EVERYONE.set(service, 0L, everyone ? 1 : 0);
    SWITCHED.set(service, 0L, switched ? 1 : 0);
  }

  @SuppressWarnings("EnumOrdinal") // SharedLayouts holds the order against the program's.
  public static void set(
      MemorySegment service, int index, int rowBase, int rowSize, Pick pick, boolean labels) {
    INDEX.set(service, 0L, index);
    ROW_BASE.set(service, 0L, rowBase);
    ROW_SIZE.set(service, 0L, rowSize);
    ALGORITHM.set(service, 0L, pick.ordinal());
    LABELS.set(service, 0L, labels ? 1 : 0);
  }

  /** Which new sessions it takes. */
  @SuppressWarnings("EnumOrdinal") // SharedLayouts holds the order against the program's.
  public static void setGate(MemorySegment service, boolean limited, SynCookies cookies) {
    LIMITED.set(service, 0L, limited ? 1 : 0);
    COOKIES.set(service, 0L, cookies.use().ordinal());
    FLOOD_FROM.set(service, 0L, cookies.floodFrom());
  }
}
