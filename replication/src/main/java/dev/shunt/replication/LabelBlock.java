package dev.shunt.replication;

/**
 * Session labels that one member gives out: {@value #PAIRS} pairs that lie together.
 *
 * <p>Pair {@code k} is the client-to-server label {@code 8193 + 2k}, odd, and the server-to-client
 * label that follows it (claims L7, L13). Only whole blocks are given out, so the last 255 pairs of
 * the label space are not used.
 *
 * @param number from 0 to {@link #COUNT} - 1
 */
public record LabelBlock(int number) implements Comparable<LabelBlock> {

  /** Pairs of a block. */
  public static final int PAIRS = 256;

  /** The label of pair 0 from client to server; what is below has other meanings. */
  public static final int FIRST_SESSION_LABEL = 8193;

  /** The greatest label that a pair may use: one below what 20 bits hold (RFC 3032, 2.1). */
  public static final int LAST_SESSION_LABEL = (1 << 20) - 2;

  /** Blocks that there are. */
  public static final int COUNT = (LAST_SESSION_LABEL - FIRST_SESSION_LABEL + 1) / 2 / PAIRS;

  public LabelBlock {
    if (number < 0 || number >= COUNT) {
      throw new IllegalArgumentException(
          "label block %d: allowed is 0 to %d".formatted(number, COUNT - 1));
    }
  }

  /**
   * The block of a pair.
   *
   * @throws IllegalArgumentException if no block has it
   */
  public static LabelBlock of(int pair) {
    return new LabelBlock(Math.floorDiv(pair, PAIRS));
  }

  /** The label of a pair from client to server; the one back is greater by one. */
  public static int c2s(int pair) {
    return FIRST_SESSION_LABEL + 2 * pair;
  }

  /**
   * The pair of a session label, of either direction.
   *
   * @throws IllegalArgumentException if it is no session label of any block
   */
  public static int pair(int label) {
    int pair = Math.floorDiv(label - FIRST_SESSION_LABEL, 2);
    if (pair < 0 || pair >= COUNT * PAIRS) {
      throw new IllegalArgumentException(
          "session label %d: allowed is %d to %d"
              .formatted(label, FIRST_SESSION_LABEL, c2s(COUNT * PAIRS) - 1));
    }
    return pair;
  }

  public int firstPair() {
    return number * PAIRS;
  }

  @Override
  public int compareTo(LabelBlock other) {
    return Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return Integer.toString(number);
  }
}
