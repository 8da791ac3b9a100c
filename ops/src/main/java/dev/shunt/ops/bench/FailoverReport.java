package dev.shunt.ops.bench;

import java.util.List;

/**
 * What {@code bench failover} found.
 *
 * @param machine what it ran on
 * @param others what other programs, or other guests of the hypervisor, used of the processors
 *     meanwhile, 0 to 1
 * @param seconds how long it took
 * @param whole false if it was ended before all runs were done
 * @param failures runs without a result, and what was kept of them
 * @param kept runs outside of the limits, and where what was kept of them is
 */
public record FailoverReport(
    String bench,
    String machine,
    double others,
    long seconds,
    boolean whole,
    List<FailoverRow> rows,
    List<String> failures,
    List<String> kept) {}
