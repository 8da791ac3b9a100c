package dev.shunt.ops.bench;

import org.jspecify.annotations.Nullable;

/**
 * One figure.
 *
 * @param name stable, for scripts
 * @param what for people
 * @param value median over the rounds, in {@code unit}
 * @param low the lower quartile of it
 * @param high the upper quartile of it
 * @param reference what it is compared with
 * @param referenceValue median of that, timed next to it in every round
 * @param ratio median of the rounds' ratios
 * @param limit of the ratio: the most, or the least for a unit a second; null where there is none
 * @param ok whether the ratio keeps it; null where there is none
 */
public record BenchRow(
    String name,
    String what,
    String unit,
    double value,
    double low,
    double high,
    String reference,
    double referenceValue,
    double ratio,
    int rounds,
    @Nullable Double limit,
    @Nullable Boolean ok) {}
