package dev.shunt.scheduler.edge;

import dev.shunt.replication.Flow;
import dev.shunt.scheduler.Encap;
import dev.shunt.scheduler.MacAddress;
import java.util.List;

/**
 * A label that the edge's kernel program learned from the other direction's.
 *
 * @param flow as this host sends it
 * @param label that it is sent with
 * @param via the machine that switches it
 * @param received packets that came with the other direction's label
 * @param sent packets that went with this one
 * @param closing whether a side has sent its FIN
 * @param vlans that it came by, the outermost first; empty: none, or a card took the tag off
 * @param encap what it came in; of {@link Encap#UDP} the flow is sent without it, directly
 * @param idleNanos since it was last confirmed
 */
public record LearnedLabel(
    Flow flow,
    int label,
    MacAddress via,
    long received,
    long sent,
    boolean closing,
    List<Integer> vlans,
    Encap encap,
    long idleNanos) {}
