package dev.shunt.scheduler.xdp.model;

import dev.shunt.scheduler.xdp.layout.Outcome;
import dev.shunt.scheduler.xdp.model.Datagrams.Decision;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is decided for a first fragment holds for those that follow (claim L12). */
final class FragmentRules {

  /** First fragments that do not show all of their headers. */
  private static final Set<Outcome> CUT_SHORT =
      EnumSet.of(Outcome.DROP_L4_TRUNCATED, Outcome.DROP_TCP_HEADER);

  private final ModelTables tables;

  FragmentRules(ModelTables tables) {
    this.tables = tables;
  }

  /** Of a first fragment, whatever becomes of it. */
  void remember(Packet packet, @Nullable Choice choice) {
    if (packet.otherwise != null && CUT_SHORT.contains(packet.otherwise)) {
      packet.otherwise = Outcome.DROP_FRAGMENT_FIRST;
      return;
    }
    int target = choice == null ? 0 : choice.target();
    int service = choice == null ? 0 : choice.service();
    tables.datagrams.remember(
        packet,
        new Decision(tables.now.coarse(), target, service, packet.headers, packet.otherwise));
  }

  /** Of a later one: puts into the packet what became of the first one. */
  @Nullable Choice follow(Packet packet) {
    Decision first = tables.datagrams.find(packet, tables.now.coarse());
    if (first == null) {
      packet.otherwise = Outcome.DROP_FRAGMENT_LATER;
      return null;
    }
    if (packet.offset < first.headers()) {
      packet.otherwise = Outcome.DROP_FRAGMENT_OVERLAP;
      return null;
    }
    packet.otherwise = first.otherwise();
    return new Choice(first.target(), first.service(), Way.FRAGMENT, 0);
  }
}
