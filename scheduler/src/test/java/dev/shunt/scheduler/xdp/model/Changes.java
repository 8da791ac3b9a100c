package dev.shunt.scheduler.xdp.model;

import dev.shunt.cluster.Term;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionLabel;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.DispatchTable;
import dev.shunt.scheduler.Pick;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.TargetState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happens between packets: targets and services change, sessions are told of, the lease ends.
 */
public final class Changes {

  /** Who takes the changes; both the model and the kernel behind it. */
  public interface Sink {
    void apply(DispatchTable table);

    void put(Session session);

    void remove(List<Flow> flows);

    void lease(long untilNanos);

    void offer();

    void drain();

    void recount();

    /** Events stay in the ring until the next change. */
    void leaveEvents();
  }

  private static final Pick[] PICKS = Pick.values();
  private static final TargetState[] OTHER_STATES = {
    TargetState.DRAINED, TargetState.DOWN, TargetState.GONE
  };
  private static final SessionState[] STATES = SessionState.values();

  private final FuzzWorld world;
  private final Dice dice;
  private final Moment now;
  private final @Nullable Target[] targets = new Target[FuzzWorld.TARGETS];
  private final Map<Service, DispatchRow> rows = new HashMap<>();
  private final Map<Service, Boolean> labels = new HashMap<>();

  public Changes(FuzzWorld world, Dice dice, Moment now) {
    this.world = world;
    this.dice = dice;
    this.now = now;
  }

  /** The tables that a world begins with. */
  public void first(Sink sink) {
    dice.begin(world.seed, -1);
    for (int slot = 0; slot < targets.length; slot++) {
      targets[slot] = FuzzWorld.target(slot, mac(slot, 0), TargetState.UP, slot + 1, slot == 3);
    }
    for (Service service : world.services) {
      labels.put(service, dice.often(600));
      rows.put(service, row(PICKS[dice.below(PICKS.length)]));
    }
    sink.apply(table());
    sink.offer();
    sink.lease(now.nanos() + 10 * Rules.SECOND);
  }

  /** One change. */
  public void next(Sink sink) {
    int kind = dice.below(100);
    if (kind < 30) {
      changeTarget();
      sink.apply(table());
    } else if (kind < 45) {
      changeService();
      sink.apply(table());
    } else if (kind < 62) {
      sink.put(session());
    } else if (kind < 72) {
      sink.remove(someFlows());
    } else if (kind < 84) {
      sink.lease(dice.often(300) ? 0 : now.nanos() + dice.below(2000) * Rules.SECOND / 100);
    } else if (kind < 94) {
      sink.offer();
    } else if (kind < 96) {
      sink.drain();
    } else if (kind < 97) {
      sink.recount();
    } else {
      sink.leaveEvents();
    }
  }

  private static long mac(int slot, int version) {
    return slot == 0 ? FuzzWorld.MINE : 0x0200_0000_1000L + 256L * version + slot;
  }

  private void changeTarget() {
    int slot = dice.below(targets.length);
    Target old = targets[slot];
    TargetState state =
        dice.often(550) ? TargetState.UP : OTHER_STATES[dice.below(OTHER_STATES.length)];
    if (old != null && dice.often(60)) {
      targets[slot] = null;
    } else if (old == null || dice.often(150)) {
      int version = dice.below(3);
      boolean plain = slot != 0 && dice.often(300);
      targets[slot] =
          FuzzWorld.target(slot, mac(slot, version), state, dice.between(1, 256), plain);
    } else {
      targets[slot] =
          FuzzWorld.target(slot, old.mac().bits(), state, old.weight(), !old.labelled());
    }
  }

  private void changeService() {
    int index = dice.below(world.services.size());
    Service service = world.services.get(index);
    DispatchRow row = rows.get(service);
    boolean stays = index % 5 == 0;
    if (row == null) {
      rows.put(service, row(PICKS[dice.below(PICKS.length)]));
    } else if (!stays && dice.often(150)) {
      rows.remove(service);
    } else if (dice.often(200)) {
      labels.merge(service, true, (before, _) -> !before);
    } else if (dice.often(150)) {
      rows.put(service, row(PICKS[dice.below(PICKS.length)]));
    } else {
      rows.put(service, row(row.pick()));
    }
  }

  private DispatchRow row(Pick pick) {
    int size = dice.often(30) ? 0 : dice.of(1, 2, 3, 7, 13, 31);
    int[] first = places(size);
    return pick.isSum() ? new DispatchRow(pick, first, places(size)) : new DispatchRow(pick, first);
  }

  private int[] places(int size) {
    int[] places = new int[size];
    for (int i = 0; i < size; i++) {
      // One that no target has.
      places[i] = Target.labelOf(dice.often(15) ? 20 : dice.below(targets.length));
    }
    return places;
  }

  private DispatchTable table() {
    List<Target> present = new ArrayList<>();
    for (Target target : targets) {
      if (target != null) {
        present.add(target);
      }
    }
    Map<Service, DispatchRow> wanted = new HashMap<>();
    rows.forEach((service, row) ->
        wanted.put(
            new Service(
                service.name(),
                service.vip(),
                service.port(),
                service.protocol(),
                service.balance(),
                labels.getOrDefault(service, false)),
            row));
    return new DispatchTable(present, wanted);
  }

  /** As another member would tell of it: only of services that there are. */
  private Session session() {
    Flow flow = flow();
    for (int i = 0; i < 20 && !isServed(flow); i++) {
      flow = flow();
    }
    SessionLabel label = SessionLabel.NONE;
    if (dice.often(600)) {
      int pair = FuzzWorld.OTHER_PAIRS + dice.below(FuzzWorld.OTHER_PAIR_COUNT);
      long router = FuzzWorld.ROUTERS[dice.below(FuzzWorld.ROUTERS.length)];
      label = new SessionLabel(SessionLabel.forthOf(pair), router, dice.often(300));
    }
    int target = Target.labelOf(dice.below(targets.length));
    return new Session(flow, target, STATES[dice.below(3)], Term.NONE, 0, label);
  }

  private boolean isServed(Flow flow) {
    return rows.keySet().stream()
        .anyMatch(service ->
            service.port() == flow.destinationPort()
                && service.protocol() == flow.protocol()
                && service.vip().address().equals(flow.destination().getAddress()));
  }

  private Flow flow() {
    List<Flow> from = dice.often(950) ? world.flows : world.crowd;
    return from.get(dice.below(from.size()));
  }

  private List<Flow> someFlows() {
    List<Flow> some = new ArrayList<>();
    for (int i = dice.below(80); i >= 0; i--) {
      some.add(flow());
    }
    return some;
  }
}
