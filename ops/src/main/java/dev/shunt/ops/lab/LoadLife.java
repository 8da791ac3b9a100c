package dev.shunt.ops.lab;

import java.util.List;

/**
 * One connection of a load client, from its opening to its end. One thread writes; others may ask
 * at any time.
 */
final class LoadLife {

  private final int port;
  private final long opened = Waiting.nowMicros();
  private final BlackoutMeter meter = new BlackoutMeter(opened);
  private volatile long answered = opened;
  private volatile long requests;
  private volatile long ended;
  private volatile LoadReport.State state = LoadReport.State.OPEN;

  /** Begins now. */
  LoadLife(int port) {
    this.port = port;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // One writer; others only read.
  void answered() {
    answered = Waiting.nowMicros();
    meter.answered(answered);
    requests++;
  }

  void end(LoadReport.State how) {
    ended = Waiting.nowMicros();
    state = how;
  }

  int port() {
    return port;
  }

  boolean open() {
    return state == LoadReport.State.OPEN;
  }

  /** It was there at that time, and it is not known yet whether it lives. */
  boolean unsettledSince(long micros) {
    return open() && opened < micros && answered <= micros;
  }

  LoadReport.Connection report() {
    List<LoadReport.Gap> gaps = meter.gaps(open() ? Waiting.nowMicros() : ended);
    return new LoadReport.Connection(port, state, opened, ended, requests, gaps);
  }
}
