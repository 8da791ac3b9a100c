package dev.shunt.scheduler.xdp.model;

import dev.shunt.replication.Flow;
import dev.shunt.scheduler.SessionEvent;

/** What the program tells of a session. */
public record ModelEvent(
    SessionEvent.Kind kind,
    Flow flow,
    int target,
    int label,
    long clientMac,
    boolean clientLabels) {}
