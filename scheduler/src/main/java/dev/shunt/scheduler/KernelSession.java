package dev.shunt.scheduler;

import dev.shunt.replication.Flow;
import dev.shunt.replication.SessionLabel;
import dev.shunt.replication.SessionState;

/**
 * A session as the kernel holds it.
 *
 * @param target the target's label
 * @param packets how many packets of the client this member has analysed and forwarded
 * @param idleNanos time since the last of them, or since its label was last seen to be used
 * @param label its labels
 */
public record KernelSession(
    Flow flow, int target, SessionState state, long packets, long idleNanos, SessionLabel label) {}
