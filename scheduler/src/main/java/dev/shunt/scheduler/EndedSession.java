package dev.shunt.scheduler;

import dev.shunt.replication.Flow;

/**
 * A session that the kernel no longer has.
 *
 * @param label its label from client to server, which leads nowhere now; 0 if it had none
 */
public record EndedSession(Flow flow, int label) {}
