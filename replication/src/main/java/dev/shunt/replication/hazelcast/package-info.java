/**
 * The shared tables on embedded Hazelcast, and the only place where Hazelcast is known.
 *
 * <p>Five threads per member: one joins and scans, one writes batches, one applies what arrives,
 * one leases label blocks, one watches. Callers of the tables meet none of them but for short locks
 * on memory.
 */
package dev.shunt.replication.hazelcast;
