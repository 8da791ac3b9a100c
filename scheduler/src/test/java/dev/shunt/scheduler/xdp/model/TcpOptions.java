package dev.shunt.scheduler.xdp.model;

/**
 * The options of a TCP header: RFC 9293 section 3.1, RFC 7323, RFC 2018. The last of each counts.
 */
final class TcpOptions {

  private static final int MOST = 16;
  private static final int END = 0;
  private static final int NOP = 1;
  private static final int DEFAULT_SEGMENT = 536;
  private static final int MOST_SCALE = 14;

  int mss;
  boolean hasTimes;
  int time;
  int echo;
  boolean sack;

  /** {@link CookieRules#NO_SCALE} if there is none. */
  int scale;

  /** Of the header at this place of a frame; up to what is no option. */
  void read(WireFrame frame, int tcp) {
    read(frame.array(), frame.start() + tcp);
  }

  void read(byte[] frame, int tcp) {
    mss = DEFAULT_SEGMENT;
    hasTimes = false;
    sack = false;
    scale = CookieRules.NO_SCALE;
    int end = tcp + (u8(frame, tcp + 12) >>> 4) * 4;
    int at = tcp + Rules.TCP_HEADER;
    for (int i = 0; i < MOST && at < end; i++) {
      int kind = u8(frame, at);
      if (kind == NOP) {
        at++;
        continue;
      }
      int length = at + 1 < end ? u8(frame, at + 1) : 0;
      if (kind == END || length < 2 || at + length > end) {
        return;
      }
      take(frame, at, kind, length);
      at += length;
    }
  }

  private void take(byte[] frame, int at, int kind, int length) {
    if (kind == 2 && length == 4) {
      mss = Sums.get16(frame, at + 2);
    } else if (kind == 3 && length == 3) {
      scale = Math.min(u8(frame, at + 2), MOST_SCALE);
    } else if (kind == 4 && length == 2) {
      sack = true;
    } else if (kind == 8 && length == 10) {
      hasTimes = true;
      time = word(frame, at + 2);
      echo = word(frame, at + 6);
    }
  }

  private static int u8(byte[] frame, int at) {
    return frame[at] & 0xff;
  }

  private static int word(byte[] frame, int at) {
    return (Sums.get16(frame, at) << 16) | Sums.get16(frame, at + 2);
  }
}
