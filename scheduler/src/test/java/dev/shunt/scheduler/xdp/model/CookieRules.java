package dev.shunt.scheduler.xdp.model;

import dev.shunt.replication.Flow;
import dev.shunt.scheduler.CookieKey;
import org.jspecify.annotations.Nullable;

/**
 * SYN cookies (RFC 4987 section 3.6): what the sequence number of a SYN-ACK says of its SYN, 27
 * bits of hash, 3 of the MSS, 2 of the minute.
 */
final class CookieRules {

  static final int[] SEGMENTS = {536, 1220, 1300, 1380, 1412, 1436, 1456, 8936};

  /** In place of the window's scale: there is none. */
  static final int NO_SCALE = 15;

  static final int SACK = 16;

  /** What of a timestamp holds scale and SACK. */
  static final int OPTION_BITS = 31;

  private static final int KEYS = 4;
  private static final int MINUTE_SHIFT = 36;
  private static final int MINUTES_OF_A_KEY_SHIFT = 6;

  private final Moment now;
  private final KeyedHash hash = new KeyedHash();
  private final @Nullable CookieKey[] keys = new CookieKey[KEYS];

  /** How far the wall clock is ahead; 0: not known. */
  private long wallAhead;

  CookieRules(Moment now) {
    this.now = now;
  }

  void setClock(long ahead) {
    wallAhead = ahead;
  }

  void setKey(CookieKey key) {
    keys[(int) (key.number() & (KEYS - 1))] = key;
  }

  /** 0: not known. */
  long wall() {
    return wallAhead == 0 ? 0 : now.coarse() + wallAhead;
  }

  long minute() {
    return wall() >>> MINUTE_SHIFT;
  }

  @Nullable CookieKey key(long minute) {
    long number = minute >>> MINUTES_OF_A_KEY_SHIFT;
    CookieKey key = keys[(int) (number & (KEYS - 1))];
    return key != null && key.number() == number ? key : null;
  }

  /** Whether cookies can be made now. */
  boolean areThere() {
    return wallAhead != 0 && key(minute()) != null;
  }

  /** The largest segment that is no larger, by its number. */
  static int segment(int mss, boolean ipv4) {
    int index = ipv4 ? 0 : 1;
    for (int i = index + 1; i < SEGMENTS.length; i++) {
      if (mss >= SEGMENTS[i]) {
        index = i;
      }
    }
    return index;
  }

  /**
   * A SYN-ACK's sequence number.
   *
   * @param client the SYN's
   * @param times whether it had timestamps
   */
  int make(
      Flow flow, CookieKey key, long minute, int client, int segment, boolean times, int options) {
    hash.begin(key.low(), key.high());
    long tail =
        ((long) flow.sourcePort() << 48)
            | ((long) flow.destinationPort() << 32)
            | ((long) flow.protocol().number() << 24);
    if (flow.isIpv4()) {
      add((flow.sourceLow() << 32) | (flow.destinationLow() & 0xffff_ffffL));
    } else {
      add(flow.sourceHigh());
      add(flow.sourceLow());
      add(flow.destinationHigh());
      add(flow.destinationLow());
    }
    add(tail);
    hash.add(minute);
    hash.add(((long) client << 32) | (segment << 16) | (times ? 0x100 : 0) | options);
    return ((int) (hash.end() >>> 32) & ~31) | (segment << 2) | (int) (minute & 3);
  }

  /** Bytes in network order. */
  private void add(long bytes) {
    hash.add(Long.reverseBytes(bytes));
  }

  /** Whether it was given out in this minute, the last or the next one. */
  boolean isValid(Flow flow, int cookie, int client, boolean times, int options) {
    if (wallAhead == 0) {
      return false;
    }
    for (long minute = minute() - 1; minute <= minute() + 1; minute++) {
      CookieKey key = key(minute);
      if (key != null
          && (minute & 3) == (cookie & 3)
          && make(flow, key, minute, client, (cookie >>> 2) & 7, times, options) == cookie) {
        return true;
      }
    }
    return false;
  }
}
