package dev.shunt.cluster.election;

import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Term;

/**
 * The right to campaign: no two members ever have one for the same term.
 *
 * @param term the term; the higher appointment beats the lower one
 * @param scheduler who is to become scheduler in it
 */
public record Appointment(Term term, MemberId scheduler) {}
