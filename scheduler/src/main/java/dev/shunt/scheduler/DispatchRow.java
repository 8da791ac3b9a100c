package dev.shunt.scheduler;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where each hash bucket of a service leads: target labels, as many as the table is wide.
 *
 * <p>Immutable. An empty row refuses every new session.
 */
public final class DispatchRow {

  /** A service without targets. */
  public static final DispatchRow EMPTY = new DispatchRow(new int[0]);

  private final int[] labels;

  public DispatchRow(int[] labels) {
    this.labels = labels.clone();
  }

  /** Number of buckets. */
  public int size() {
    return labels.length;
  }

  public boolean isEmpty() {
    return labels.length == 0;
  }

  /** The target label of a bucket. */
  public int label(int bucket) {
    return labels[bucket];
  }

  /** How many buckets each target label has. */
  public Map<Integer, Integer> shares() {
    Map<Integer, Integer> shares = new TreeMap<>();
    for (int label : labels) {
      shares.merge(label, 1, Integer::sum);
    }
    return shares;
  }

  /** A copy of all buckets. */
  public int[] toArray() {
    return labels.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DispatchRow row && Arrays.equals(labels, row.labels);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(labels);
  }

  @Override
  public String toString() {
    return "DispatchRow" + shares();
  }
}
