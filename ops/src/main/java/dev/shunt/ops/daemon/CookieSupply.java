package dev.shunt.ops.daemon;

import dev.shunt.cluster.Ticker;
import dev.shunt.scheduler.CookieKeys;
import dev.shunt.scheduler.DataPlane;
import dev.shunt.scheduler.DataPlaneException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Keeps the kernel supplied with keys of SYN cookies, and with the time by which they change. */
final class CookieSupply {

  private final CookieKeys keys;
  private final DataPlane dataPlane;
  private final LongSupplier wallClockMillis;
  private final Ticker ticker;

  CookieSupply(CookieKeys keys, DataPlane dataPlane, LongSupplier wallClockMillis, Ticker ticker) {
    this.keys = keys;
    this.dataPlane = dataPlane;
    this.wallClockMillis = wallClockMillis;
    this.ticker = ticker;
  }

  void step() throws DataPlaneException {
    long wall = TimeUnit.MILLISECONDS.toNanos(wallClockMillis.getAsLong());
    dataPlane.cookieKeys(wall - ticker.nanos(), keys.at(wall));
  }
}
