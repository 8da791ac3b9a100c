package dev.shunt.replication.hazelcast;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** The wall clock in microseconds since the epoch, as records carry it. */
record Clock(InstantSource source) {

  long micros() {
    Instant now = source.instant();
    return TimeUnit.SECONDS.toMicros(now.getEpochSecond())
        + TimeUnit.NANOSECONDS.toMicros(now.getNano());
  }
}
