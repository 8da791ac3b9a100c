package dev.shunt.scheduler.xdp;

/**
 * What went to a service or a target, since the program was first loaded.
 *
 * @param bytes whole frames as they came in, without the label
 */
public record Traffic(long packets, long bytes) {}
