package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.U32;

import dev.shunt.scheduler.Explanation.Place;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code struct told}: what a dry run is asked, and what it looked up. */
public final class ToldLayout {

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              U32.withName("full"),
              U32.withName("outcome"),
              U32.withName("asides"),
              U32.withName("service"),
              U32.withName("target"),
              U32.withName("place"),
              U32.withName("has_service"),
              U32.withName("has_label"),
              U32.withName("has_session"),
              U32.withName("begins"),
              SessionLayout.LAYOUT.withName("found_session"),
              LabelEntryLayout.LAYOUT.withName("found_label"),
              ServiceLayout.LAYOUT.withName("found_service"))
          .withName("told");

  private static final VarHandle FULL = Fields.handle(LAYOUT, "full");
  private static final VarHandle OUTCOME = Fields.handle(LAYOUT, "outcome");
  private static final VarHandle ASIDES = Fields.handle(LAYOUT, "asides");
  private static final VarHandle SERVICE = Fields.handle(LAYOUT, "service");
  private static final VarHandle TARGET = Fields.handle(LAYOUT, "target");
  private static final VarHandle PLACE = Fields.handle(LAYOUT, "place");
  private static final VarHandle HAS_SERVICE = Fields.handle(LAYOUT, "has_service");
  private static final VarHandle HAS_LABEL = Fields.handle(LAYOUT, "has_label");
  private static final VarHandle HAS_SESSION = Fields.handle(LAYOUT, "has_session");
  private static final VarHandle BEGINS = Fields.handle(LAYOUT, "begins");
  private static final long FOUND_SERVICE = Fields.offset(LAYOUT, "found_service");
  private static final long FOUND_LABEL = Fields.offset(LAYOUT, "found_label");
  private static final long FOUND_SESSION = Fields.offset(LAYOUT, "found_session");
  private static final Outcome[] OUTCOMES = Outcome.values();

  private ToldLayout() {}

  /** Every difference between the program's struct and this, as a sentence. */
  public static List<String> differences(Btf btf) {
    List<String> found = new ArrayList<>();
    SharedLayouts.compareStruct(btf, LAYOUT, found);
    return found;
  }

  /**
   * A question without an answer yet.
   *
   * @param full whether it is asked what becomes of the packet where the session table is full
   */
  public static void ask(MemorySegment told, boolean full) {
    told.fill((byte) 0);
    FULL.set(told, 0L, full ? 1 : 0);
  }

  public static Outcome outcome(MemorySegment told) {
    return OUTCOMES[(int) OUTCOME.get(told, 0L)];
  }

  /** What would be counted beside. */
  @SuppressWarnings("EnumOrdinal") // SharedLayouts holds the order against the program's.
  public static Set<String> asides(MemorySegment told) {
    int bits = (int) ASIDES.get(told, 0L);
    return Arrays.stream(Aside.values())
        .filter(aside -> (bits & (1 << aside.ordinal())) != 0)
        .map(Aside::counter)
        .collect(Collectors.toSet());
  }

  /** The index of the service that the packet was counted for, or else of that which was found. */
  public static OptionalInt service(MemorySegment told) {
    OptionalInt counted = one((int) SERVICE.get(told, 0L));
    if (counted.isPresent() || (int) HAS_SERVICE.get(told, 0L) == 0) {
      return counted;
    }
    return OptionalInt.of(ServiceLayout.index(told.asSlice(FOUND_SERVICE, ServiceLayout.LAYOUT)));
  }

  /** The slot of the target that the packet was counted for. */
  public static OptionalInt target(MemorySegment told) {
    return one((int) TARGET.get(told, 0L));
  }

  private static OptionalInt one(int number) {
    return number == 0 ? OptionalInt.empty() : OptionalInt.of(number - 1);
  }

  /** The last place of a service's row that was looked at. */
  public static Optional<Place> place(MemorySegment told) {
    int place = (int) PLACE.get(told, 0L);
    if (place == 0 || (int) HAS_SERVICE.get(told, 0L) == 0) {
      return Optional.empty();
    }
    MemorySegment service = told.asSlice(FOUND_SERVICE, ServiceLayout.LAYOUT);
    int size = ServiceLayout.rowSize(service);
    return size == 0
        ? Optional.empty()
        : Optional.of(new Place((place - 1 - ServiceLayout.rowBase(service)) % size, size));
  }

  /** The same place's index in the table of all rows. */
  public static OptionalInt row(MemorySegment told) {
    return one((int) PLACE.get(told, 0L));
  }

  /** Where the session that was found is, as {@link SessionLayout} has it; -1 if none was. */
  public static long session(MemorySegment told) {
    return (int) HAS_SESSION.get(told, 0L) == 0 ? -1 : FOUND_SESSION;
  }

  /** Where the row of the label switching table is; -1 if none was looked up. */
  public static long entry(MemorySegment told) {
    return (int) HAS_LABEL.get(told, 0L) == 0 ? -1 : FOUND_LABEL;
  }

  /** The table in which it would write a session, if there is room: 0 for IPv4, 1 for IPv6. */
  public static OptionalInt begins(MemorySegment told) {
    return one((int) BEGINS.get(told, 0L));
  }
}
