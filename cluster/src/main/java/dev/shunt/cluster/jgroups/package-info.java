/**
 * The {@link dev.shunt.cluster.Membership} of an array on a network: JGroups sees who is present,
 * jgroups-raft elects the leader that appoints, and the election machine does the rest.
 */
@NullMarked
package dev.shunt.cluster.jgroups;

import org.jspecify.annotations.NullMarked;
