package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.U64;

import dev.shunt.scheduler.CookieKey;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/** {@code struct cookie_key}. */
public final class CookieKeyLayout {

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(U64.withName("number"), U64.withName("low"), U64.withName("high"))
          .withName("cookie_key");

  private static final VarHandle NUMBER = Fields.handle(LAYOUT, "number");
  private static final VarHandle LOW = Fields.handle(LAYOUT, "low");
  private static final VarHandle HIGH = Fields.handle(LAYOUT, "high");

  private CookieKeyLayout() {}

  public static void set(MemorySegment segment, CookieKey key) {
    NUMBER.set(segment, 0L, key.number());
    LOW.set(segment, 0L, key.low());
    HIGH.set(segment, 0L, key.high());
  }
}
