package dev.shunt.cluster.jgroups;

/**
 * What of the members' messages was dropped since the start, and why.
 *
 * @param malformed messages that were no message of the known format
 * @param strangers messages of members that are not configured
 * @param overflow messages that found the queue full
 * @param unsent messages that could not be sent
 */
public record WireCounters(long malformed, long strangers, long overflow, long unsent) {}
