package dev.shunt.scheduler;

import dev.shunt.replication.Flow;
import dev.shunt.replication.SessionState;

/**
 * A session as the kernel holds it.
 *
 * @param target the target's label
 * @param packets how many packets of the client this member has forwarded
 * @param idleNanos time since the last of them
 */
public record KernelSession(
    Flow flow, int target, SessionState state, long packets, long idleNanos) {}
