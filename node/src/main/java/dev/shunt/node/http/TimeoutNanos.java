package dev.shunt.node.http;

import dev.shunt.node.Timeouts;

/** A service's time-outs in nanoseconds, worked out once. */
final class TimeoutNanos {

  final long header;
  final long idle;

  /** How long a new connection may say nothing. */
  final long firstByte;

  final long body;
  final long response;
  final long responseBody;
  final long writeStall;
  final long serverIdle;
  final long tunnel;
  final long linger;

  TimeoutNanos(Timeouts timeouts) {
    header = timeouts.header().toNanos();
    idle = timeouts.idle().toNanos();
    firstByte = Math.min(header, idle);
    body = timeouts.body().toNanos();
    response = timeouts.response().toNanos();
    responseBody = timeouts.responseBody().toNanos();
    writeStall = timeouts.writeStall().toNanos();
    serverIdle = timeouts.serverIdle().toNanos();
    tunnel = timeouts.tunnel().toNanos();
    linger = timeouts.linger().toNanos();
  }
}
