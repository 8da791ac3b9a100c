package dev.shunt.node.tls;

import java.util.concurrent.atomic.LongAdder;

/** What is counted of a service's OCSP responses; for many threads. */
public final class OcspMeters {
  public final LongAdder stapled = new LongAdder();
  public final LongAdder missing = new LongAdder();
  public final LongAdder updated = new LongAdder();
  public final LongAdder failed = new LongAdder();
}
