package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.xdp.layout.Outcome;
import dev.shunt.scheduler.xdp.layout.Outcome.Verdict;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What holds for every frame that the program sends or passes on, whatever a model says: addresses
 * and payload untouched (claim L12), never too long, no dead label, to nobody but those concerned.
 */
final class FrameLaws {

  private static final int MPLS = 0x8847;
  private static final int ETHERNET = 14;
  private static final int ALL_NODES_LOW = 1;

  private final long mac;
  private final int maxFrame;

  /**
   * @param mac of this machine
   */
  FrameLaws(long mac, int maxFrame) {
    this.mac = mac;
    this.maxFrame = maxFrame;
  }

  /** What the frame breaks; null if nothing. */
  @Nullable String broken(byte[] in, int bytes, byte[] out, int length, Outcome outcome) {
    if (outcome.verdict() == Verdict.TX) {
      if (length > Math.max(maxFrame, bytes)) {
        return "sent with %d bytes, longer than it came and than the wire takes".formatted(length);
      }
      if (mac(out, 6) != mac) {
        return "sent from another's address";
      }
      if (!isKnown(in, mac(out, 0), outcome)) {
        return "sent to a machine that is neither a target nor the client's side";
      }
      if (type(out, length) == MPLS && out[link(out, length) + 3] == 0) {
        return "sent with a label whose TTL is 0";
      }
    }
    boolean answer =
        outcome == Outcome.ARP_ANSWER
            || outcome == Outcome.ND_ANSWER
            || outcome == Outcome.TOO_BIG_ANSWER;
    return outcome.verdict() == Verdict.DROP || answer ? null : kept(in, bytes, out, length);
  }

  /** Targets, routers of clients, or whom the frame came from. */
  private static boolean isKnown(byte[] in, long to, Outcome outcome) {
    boolean target = to >>> 16 == 0x0200_0000L && (to & 0xffff) >= 0x1000;
    boolean router = to >>> 16 == 0x0200_0000L && (to & 0xffff) >= 1 && (to & 0xffff) <= 3;
    return switch (outcome) {
      case ARP_ANSWER -> true;
      case ND_ANSWER -> to == mac(in, 6) || to == 0x3333_0000_0000L + ALL_NODES_LOW;
      case TOO_BIG_ANSWER -> to == mac(in, 6);
      // Whom a client's frame came from may be anybody: it is remembered.
      case LABEL_OUT, LABEL_SWITCH -> true;
      default -> target || router;
    };
  }

  private static @Nullable String kept(byte[] in, int bytes, byte[] out, int length) {
    int from = ip(in, bytes);
    int to = ip(out, length);
    return Arrays.equals(in, from, bytes, out, to, length)
        ? null
        : "what stands behind link header and label has changed";
  }

  /** Where the packet begins: behind tags and, if there is one, a label. */
  private static int ip(byte[] frame, int length) {
    int at = link(frame, length);
    return Math.min(length, type(frame, length) == MPLS ? at + 4 : at);
  }

  private static int link(byte[] frame, int length) {
    int at = ETHERNET;
    for (int tags = 0; tags < 2 && isTag(word(frame, at - 2)) && at + 4 <= length; tags++) {
      at += 4;
    }
    return at;
  }

  private static int type(byte[] frame, int length) {
    return word(frame, link(frame, length) - 2);
  }

  private static boolean isTag(int type) {
    return type == 0x8100 || type == 0x88a8;
  }

  private static int word(byte[] frame, int at) {
    return ((frame[at] & 0xff) << 8) | (frame[at + 1] & 0xff);
  }

  private static long mac(byte[] frame, int at) {
    return ((long) word(frame, at) << 32)
        | ((long) word(frame, at + 2) << 16)
        | word(frame, at + 4);
  }
}
