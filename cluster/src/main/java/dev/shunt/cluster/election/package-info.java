/**
 * Who may call itself scheduler, as a pure machine: stepped by hand, with time as an argument.
 *
 * <p>Three parts that do not trust each other. The raft leader <em>appoints</em> a scheduler
 * ({@link dev.shunt.cluster.election.Appointer}); the appointed one <em>campaigns</em> for a lease
 * ({@link dev.shunt.cluster.election.Campaign}); every member <em>promises</em> itself to one
 * scheduler at a time for the length of a lease ({@link dev.shunt.cluster.election.Voter}). That
 * there is never more than one scheduler rests on the promises alone: any two majorities share a
 * voter, and it has one promise to give. Appointments only decide who tries, so a stale raft leader
 * can cost time and never safety.
 */
@NullMarked
package dev.shunt.cluster.election;

import org.jspecify.annotations.NullMarked;
