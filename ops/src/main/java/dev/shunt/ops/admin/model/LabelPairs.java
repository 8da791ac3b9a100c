package dev.shunt.ops.admin.model;

/**
 * Where the pairs of session labels are that this member gives out.
 *
 * @param free wait to be used
 * @param queue in the kernel, for the next sessions
 * @param used in sessions
 * @param resting were used just now
 */
public record LabelPairs(int free, int queue, int used, int resting) {}
