package dev.shunt.scheduler;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where each place of a service's row leads: target labels, as many as the table is wide, and how a
 * flow finds its place.
 *
 * <p>Immutable. An empty row refuses every new session.
 */
public final class DispatchRow {

  /** A service without targets. */
  public static final DispatchRow EMPTY = new DispatchRow(new int[0]);

  private final Pick pick;
  private final int[] labels;
  private final int[] opening;

  /** A row by the hash of the 5-tuple. */
  public DispatchRow(int[] labels) {
    this(Pick.ROW, labels);
  }

  public DispatchRow(Pick pick, int[] labels) {
    this(pick, labels, labels);
  }

  /**
   * @param labels where flows are
   * @param opening where flows go that open now; as long, and different only with a sum, whose
   *     flows are in no table
   */
  public DispatchRow(Pick pick, int[] labels, int[] opening) {
    if (opening.length != labels.length) {
      throw new IllegalArgumentException(
          "%d places for new flows beside %d".formatted(opening.length, labels.length));
    }
    this.pick = pick;
    this.labels = labels.clone();
    this.opening = opening.clone();
  }

  /** A row out of the form that {@link #toArray} gives it. */
  public static DispatchRow of(Pick pick, int[] array, int size) {
    int[] labels = Arrays.copyOf(array, size);
    return new DispatchRow(
        pick, labels, pick.isSum() ? Arrays.copyOfRange(array, size, 2 * size) : labels);
  }

  public Pick pick() {
    return pick;
  }

  /** Number of places. */
  public int size() {
    return labels.length;
  }

  public boolean isEmpty() {
    return labels.length == 0;
  }

  /** The target label of a place. */
  public int label(int place) {
    return labels[place];
  }

  /** The target label of a place for flows that open now. */
  public int opening(int place) {
    return opening[place];
  }

  /** How many places each target label has for new flows. */
  public Map<Integer, Integer> shares() {
    Map<Integer, Integer> shares = new TreeMap<>();
    for (int label : opening) {
      shares.merge(label, 1, Integer::sum);
    }
    return shares;
  }

  /** All places as the kernel has them: of a sum, those for new flows behind the others. */
  public int[] toArray() {
    if (!pick.isSum()) {
      return labels.clone();
    }
    int[] both = Arrays.copyOf(labels, 2 * labels.length);
    System.arraycopy(opening, 0, both, labels.length, opening.length);
    return both;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DispatchRow row
        && pick == row.pick
        && Arrays.equals(labels, row.labels)
        && Arrays.equals(opening, row.opening);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(labels) + pick.hashCode();
  }

  @Override
  public String toString() {
    return "DispatchRow " + pick + shares();
  }
}
