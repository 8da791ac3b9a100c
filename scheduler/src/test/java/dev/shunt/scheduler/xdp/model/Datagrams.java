package dev.shunt.scheduler.xdp.model;

import dev.shunt.scheduler.xdp.layout.Outcome;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was decided for datagrams that come in fragments, by their first one. */
final class Datagrams {

  /**
   * A datagram's name (RFC 791, RFC 8200 section 4.5).
   *
   * @param protocol of IPv4 only
   */
  private record Key(
      boolean ipv4,
      long sourceHigh,
      long sourceLow,
      long toHigh,
      long toLow,
      int id,
      int protocol) {

    static Key of(Packet packet) {
      return new Key(
          packet.ipv4,
          packet.sourceHigh,
          packet.sourceLow,
          packet.destinationHigh,
          packet.destinationLow,
          packet.datagram,
          packet.ipv4 ? packet.protocol : 0);
    }
  }

  /**
   * The decision.
   *
   * @param headers bytes of the datagram that it was made by
   * @param otherwise what became of the first one, if it did not go to a target
   */
  record Decision(long since, int target, int service, int headers, @Nullable Outcome otherwise) {}

  private final Map<Key, Decision> known = new HashMap<>();

  void remember(Packet packet, Decision decision) {
    known.put(Key.of(packet), decision);
  }

  @Nullable Decision find(Packet packet, long nanos) {
    Decision decision = known.get(Key.of(packet));
    return decision == null || nanos - decision.since >= Rules.DATAGRAM_LIFE ? null : decision;
  }

  int size() {
    return known.size();
  }

  void clear() {
    known.clear();
  }
}
