package dev.shunt.scheduler;

/**
 * A row of the kernel's label switching table (claim L5).
 *
 * @param target the target's own label; of a session's label back the target that answers
 * @param port the Ethernet address of the next hop
 * @param lineCard the kernel's number of the interface that leads there
 * @param packets how many went by it, of a session's label; modulo 2^32
 */
public record LabelEntry(
    int label, LabelAction action, int target, MacAddress port, int lineCard, long packets) {}
