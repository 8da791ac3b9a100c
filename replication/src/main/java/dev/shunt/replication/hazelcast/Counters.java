package dev.shunt.replication.hazelcast;

import java.util.concurrent.atomic.LongAdder;

/** What is counted; see {@link dev.shunt.replication.ReplicationStats} for what each one means. */
final class Counters {

  final LongAdder sent = new LongAdder();
  final LongAdder received = new LongAdder();
  final LongAdder overflowed = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder malformed = new LongAdder();

  final LongAdder mended = new LongAdder();

  /** Events that found the inbox full; each makes a scan necessary. */
  final LongAdder unheard = new LongAdder();
}
