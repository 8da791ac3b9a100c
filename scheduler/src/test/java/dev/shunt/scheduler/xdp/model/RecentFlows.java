package dev.shunt.scheduler.xdp.model;

import dev.shunt.replication.Flow;
import dev.shunt.replication.SessionState;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The flows of this tick: 256 places by the flow's mark. Fifteen packets of an established session
 * in a row skip the table; what they count comes to the session with the next look at the place.
 */
final class RecentFlows {

  private static final int PLACES = 256;
  private static final int TRAIN = 15;

  private static final class Place {
    @Nullable Flow flow;
    long tick;
    int packets;
    int target;
    int service;
    int label;
  }

  private final Place[] places = new Place[PLACES];

  RecentFlows() {
    for (int i = 0; i < PLACES; i++) {
      places[i] = new Place();
    }
  }

  /** The label of the target that the flow just had; 0 if it was not there in this tick. */
  int target(Packet packet, long tick) {
    Place place = place(packet);
    boolean holds = place.tick == tick && place.packets < TRAIN && packet.flow().equals(place.flow);
    return holds ? place.target : 0;
  }

  /** One packet more of what {@link #target} found. */
  Choice follow(Packet packet) {
    Place place = place(packet);
    place.packets++;
    return new Choice(place.target, place.service, Way.SESSION, place.label);
  }

  /** The packet's session was looked up in the table. */
  void lookedUp(Packet packet, ModelSession session, long tick, Map<Flow, ModelSession> sessions) {
    Place place = place(packet);
    if (place.packets > 0 && place.flow != null) {
      ModelSession counted = sessions.get(place.flow);
      if (counted != null) {
        counted.packets += place.packets;
      }
      place.packets = 0;
    }
    if (session.state != SessionState.ESTABLISHED) {
      place.tick = 0;
      return;
    }
    place.flow = packet.flow();
    place.tick = tick;
    place.target = session.target;
    place.service = session.service;
    place.label = session.label;
  }

  private Place place(Packet packet) {
    return places[(int) packet.mark & (PLACES - 1)];
  }
}
