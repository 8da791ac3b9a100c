/**
 * What the members remember together: the tables that must outlive a member.
 *
 * <p>Vocabulary and ports. The packet path and the event loops never wait for any of these.
 */
package dev.shunt.replication;
