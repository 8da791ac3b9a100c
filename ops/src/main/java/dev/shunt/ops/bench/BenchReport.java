package dev.shunt.ops.bench;

import java.util.List;

/**
 * All that a benchmark found.
 *
 * @param machine what it ran on, without names or dates
 * @param others what other programs, or other guests of the hypervisor, used of the processors
 *     meanwhile, 0 to 1; where it is much, the figures are not to be believed
 */
public record BenchReport(
    String bench,
    String machine,
    double others,
    int seconds,
    List<BenchRow> rows,
    List<Growth> growth) {

  /**
   * How a cost grows with a size.
   *
   * @param rows the rows of sizes that lie a decade apart
   * @param exponent of the size: 0 is flat, 1 is proportional
   */
  public record Growth(String what, List<String> rows, double exponent) {}
}
