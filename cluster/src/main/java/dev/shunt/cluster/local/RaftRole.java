package dev.shunt.cluster.local;

/**
 * A member's place in raft at one instant.
 *
 * @param leader whether it is the leader
 * @param term of which raft term
 */
public record RaftRole(boolean leader, long term) {}
