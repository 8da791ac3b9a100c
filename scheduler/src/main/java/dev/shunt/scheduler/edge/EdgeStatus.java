package dev.shunt.scheduler.edge;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How an edge is doing.
 *
 * @param role which end it is
 * @param vips whose flows are labelled
 * @param members whom labels in UDP are taken from
 * @param fresh how long a label is used unconfirmed
 * @param labels those it would use now
 * @param counters packets by outcome, then what happens beside them, by name
 */
public record EdgeStatus(
    EdgeRole role,
    List<Prefix> vips,
    List<Prefix> members,
    Duration fresh,
    List<LearnedLabel> labels,
    Map<String, Long> counters) {}
