package dev.shunt.replication;

/**
 * The pair of labels that a session has for itself, and the client's side of the link, where the
 * label back leads.
 *
 * @param forth the label from client to server, odd; 0 if the session goes by its target's label
 * @param clientMac the Ethernet address that the client's packets come from, its own or a router's:
 *     six bytes in network order in the lower 48 bits
 * @param clientLabels whether the client takes labels and sends them
 */
public record SessionLabel(int forth, long clientMac, boolean clientLabels) {

  /** A session without labels of its own. */
  public static final SessionLabel NONE = new SessionLabel(0, 0, false);

  /** The label of pair 0 from client to server; what is below has other meanings. */
  public static final int FIRST = 8193;

  /** Labels that 20 bits hold (RFC 3032 section 2.1). */
  public static final int LABELS = 1 << 20;

  /** Pairs that there are; the last label would be half of one. */
  public static final int PAIRS = (LABELS - FIRST) / 2;

  public SessionLabel {
    if (forth != 0 && !isForth(forth)) {
      throw new IllegalArgumentException(
          "session label %d: allowed is an odd number from %d to %d"
              .formatted(forth, FIRST, forthOf(PAIRS - 1)));
    }
  }

  /** Pair {@code k}'s label from client to server (claims L7, L13); the one back is the next. */
  public static int forthOf(int pair) {
    return FIRST + 2 * pair;
  }

  /** Whether this is a session's label from client to server. */
  public static boolean isForth(int label) {
    return label % 2 == 1 && label >= FIRST && pairOf(label) < PAIRS;
  }

  /** The pair of a label, of either direction. */
  public static int pairOf(int label) {
    return (label - FIRST) / 2;
  }

  /** Whether there are labels. */
  public boolean isPresent() {
    return forth != 0;
  }

  /** The label from server to client. */
  public int back() {
    return forth + 1;
  }
}
