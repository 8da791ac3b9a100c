package dev.shunt.cluster.election;

import dev.shunt.cluster.Leadership;
import dev.shunt.cluster.Lease;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.cluster.Membership;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * An array whose time and messages are moved by hand: one clock for all, no delay, and nothing
 * happens that the test did not ask for.
 */
final class HandArray {

  static final long MILLI = 1_000_000;

  record Sent(MemberId from, MemberId to, Message message) {}

  private final Map<MemberId, ElectionMachine> machines = new LinkedHashMap<>();
  private final Map<MemberId, List<String>> heard = new LinkedHashMap<>();
  private final Set<MemberId> deaf = new HashSet<>();
  private final Set<List<MemberId>> mute = new HashSet<>();
  private final Deque<Sent> inFlight = new ArrayDeque<>();
  private final List<MemberAddress> addresses;
  long now = 1_000 * MILLI;

  HandArray(int size) {
    this(IntStream.rangeClosed(1, size).mapToObj(Simulation::address).toList());
  }

  HandArray(List<MemberAddress> addresses) {
    this.addresses = addresses;
    addresses.forEach(a -> start(a.id()));
  }

  static MemberId id(int number) {
    return new MemberId("m" + number);
  }

  /** All present and eligible, {@code m1} leads raft in term 1, and the scheduler is settled. */
  static HandArray settled(int size) {
    HandArray array = new HandArray(size);
    array.present(IntStream.rangeClosed(1, size).toArray());
    IntStream.rangeClosed(1, size).forEach(n -> array.eligible(n, true));
    array.raftLeader(1, 1);
    array.pass(400);
    return array;
  }

  final void start(MemberId self) {
    List<String> events = heard.computeIfAbsent(self, k -> new ArrayList<>());
    machines.put(
        self,
        new ElectionMachine(
            Simulation.config(self, addresses),
            now,
            now,
            (to, message) -> send(self, to, message, events),
            new Recorder(events)));
  }

  private void send(MemberId self, MemberId to, Message message, List<String> events) {
    events.add("send " + message.getClass().getSimpleName());
    inFlight.add(new Sent(self, to, message));
  }

  ElectionMachine machine(int number) {
    return Optional.ofNullable(machines.get(id(number))).orElseThrow();
  }

  /** What a member announced and sent, oldest first. */
  List<String> heard(int number) {
    return heard.getOrDefault(id(number), List.of());
  }

  void forgetHeard() {
    heard.values().forEach(List::clear);
  }

  boolean holds(int number) {
    return machine(number).lease().heldAt(now);
  }

  /** The numbers of those that hold the lease. */
  List<Integer> holders() {
    return IntStream.rangeClosed(1, addresses.size()).filter(this::holds).boxed().toList();
  }

  void present(int... numbers) {
    Set<MemberId> ids = new TreeSet<>();
    IntStream.of(numbers).forEach(n -> ids.add(id(n)));
    IntStream.of(numbers).forEach(n -> machine(n).onPresent(ids, now));
    deliver();
  }

  void eligible(int number, boolean eligible) {
    machine(number).publish(eligible, Map.of(), now);
    deliver();
  }

  void raftLeader(int number, long term) {
    IntStream.rangeClosed(1, addresses.size())
        .filter(n -> n != number)
        .forEach(n -> machine(n).onRaftRole(false, term, now));
    machine(number).onRaftRole(true, term, now);
    deliver();
  }

  /** Cuts a member's cable: nothing reaches it and nothing comes from it. */
  void cut(int number) {
    deaf.add(id(number));
  }

  void mend(int number) {
    deaf.remove(id(number));
    mute.clear();
  }

  /** Nothing of the first reaches the second; the group notices nothing. */
  void mute(int from, int to) {
    mute.add(List.of(id(from), id(to)));
  }

  /** Lets time go on, a millisecond at a time, for all members but the frozen ones. */
  void pass(int millis, int... frozen) {
    Set<MemberId> asleep = new HashSet<>();
    IntStream.of(frozen).forEach(n -> asleep.add(id(n)));
    for (int i = 0; i < millis; i++) {
      now += MILLI;
      machines.forEach((member, machine) -> {
        if (!asleep.contains(member) && machine.nextDue() - now <= 0) {
          machine.tick(now);
        }
      });
      deliver(asleep);
    }
  }

  void deliver() {
    deliver(Set.of());
  }

  private void deliver(Set<MemberId> asleep) {
    List<Sent> kept = new ArrayList<>();
    while (!inFlight.isEmpty()) {
      Sent sent = inFlight.remove();
      if (deaf.contains(sent.from())
          || deaf.contains(sent.to())
          || mute.contains(List.of(sent.from(), sent.to()))) {
        continue;
      }
      if (asleep.contains(sent.to())) {
        kept.add(sent);
      } else {
        Optional.ofNullable(machines.get(sent.to()))
            .ifPresent(m -> m.onMessage(sent.from(), sent.message(), now));
      }
    }
    inFlight.addAll(kept);
  }

  private record Recorder(List<String> events) implements Membership.Listener {
    @Override
    public void onView(MemberView view) {
      events.add("view");
    }

    @Override
    public void onLeadership(Leadership leadership) {
      String scheduler = leadership.scheduler().map(MemberId::value).orElse("none");
      events.add("leadership " + leadership.term() + " " + scheduler + " " + leadership.mine());
    }

    @Override
    public void onLease(Lease lease) {
      events.add("lease " + lease.term());
    }
  }
}
