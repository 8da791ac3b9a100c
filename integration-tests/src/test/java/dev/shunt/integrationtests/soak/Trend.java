package dev.shunt.integrationtests.soak;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How a figure went over time: the median of the slopes between all pairs of samples (Theil and
 * Sen), which a third of outliers does not move.
 *
 * @param median of all samples
 * @param growth what the slope makes of it from the first sample to the last
 */
record Trend(double median, double growth) {

  /** The samples are evenly spaced. */
  static Trend of(List<Double> samples) {
    List<Double> slopes = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      for (int j = i + 1; j < samples.size(); j++) {
        slopes.add((samples.get(j) - samples.get(i)) / (j - i));
      }
    }
    double slope = slopes.isEmpty() ? 0 : median(slopes);
    return new Trend(median(samples), slope * (samples.size() - 1));
  }

  /** Whether it grew by no more than a part of itself, or by what is nothing of such a figure. */
  boolean isFlat(double part, double nothing) {
    return growth <= Math.max(part * median, nothing);
  }

  private static double median(List<Double> of) {
    List<Double> sorted = new ArrayList<>(of);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
