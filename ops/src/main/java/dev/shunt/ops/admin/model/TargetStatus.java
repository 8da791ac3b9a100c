package dev.shunt.ops.admin.model;

/**
 * A target of a service.
 *
 * @param label its target label
 * @param state {@code up}, {@code drained}, {@code down} or {@code gone}
 * @param share of the new sessions, 0 to 1
 */
public record TargetStatus(String name, int label, String state, int weight, double share) {}
