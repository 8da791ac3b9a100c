package dev.shunt.replication;

/**
 * Session labels that one member gives out: {@value #PAIRS} pairs that lie together.
 *
 * <p>{@link SessionLabel} says which labels a pair is. Only whole blocks are given out, so the last
 * 255 pairs of the label space are not used.
 *
 * @param number from 0 to {@link #COUNT} - 1
 */
public record LabelBlock(int number) implements Comparable<LabelBlock> {

  /** Pairs of a block. */
  public static final int PAIRS = 256;

  /** Blocks that there are. */
  public static final int COUNT = SessionLabel.PAIRS / PAIRS;

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
