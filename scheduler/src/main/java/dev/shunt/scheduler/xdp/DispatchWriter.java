package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.shunt.replication.Flow;
import dev.shunt.scheduler.Admission;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.DispatchTable;
import dev.shunt.scheduler.LabelAction;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.Pick;
import dev.shunt.scheduler.ReturnPath;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.SynCookies;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.xdp.layout.ServiceKeyLayout;
import dev.shunt.scheduler.xdp.layout.ServiceLayout;
import dev.shunt.scheduler.xdp.layout.TargetLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the kernel's tables say what a {@link DispatchTable} says, by the difference only.
 *
 * <p>The order is that of safety: targets before the rows that name them, a row before the service
 * that points to it, and what goes away last. One thread at a time.
 */
final class DispatchWriter {

  /** A service as the kernel knows it. */
  record Key(InetAddress vip, int port, int protocol) {}

  /** The tables of one IP version. */
  private record Family(BpfMap services, ServiceKeyLayout key) {}

  /** What a service shall be. */
  private record Wanted(
      DispatchRow row,
      boolean labels,
      boolean everyone,
      boolean switched,
      Admission admission,
      SynCookies cookies) {

    static Wanted of(Service service, DispatchRow row, SynCookies cookies) {
      return new Wanted(
          row,
          service.labels(),
          service.balance().everyone(),
          service.answers() == ReturnPath.SWITCHED,
          service.admission(),
          cookies);
    }

    static Wanted of(MemorySegment service, DispatchRow row, Admission admission) {
      return new Wanted(
          row,
          ServiceLayout.labels(service),
          ServiceLayout.everyone(service),
          ServiceLayout.switched(service),
          admission,
          ServiceLayout.cookies(service));
    }
  }

  /**
   * Where a service stands.
   *
   * @param index of its counters and of its pair of rows
   * @param slot which row of the pair is in use, 0 or 1
   */
  private record Placed(int index, int slot, Wanted as) {}

  /**
   * What a table changed that sessions hang on.
   *
   * @param ended whether services ended, whose sessions the kernel still has
   * @param limits whether a service's limits changed, for which its sessions must be counted
   * @param targets the labels of targets that changed or are no more
   * @param labels whether there are services whose sessions get labels
   */
  record Changes(boolean ended, boolean limits, Set<Integer> targets, boolean labels) {}

  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final MacAddress NO_MAC = new MacAddress(0);

  private final KernelProgram kernel;
  private final List<Family> families;
  private final VipTable vips;
  private final int rowRoom;
  private final TunnelWriter tunnels;
  private final Map<Key, Placed> placed = new HashMap<>();
  private final BitSet indexes = new BitSet();
  private final Set<Integer> labels = new HashSet<>();
  private final Map<Integer, Target> written = new HashMap<>();
  private int ownLabel = -1;

  /**
   * @param rowRoom buckets that each row has room for
   */
  DispatchWriter(KernelProgram kernel, int rowRoom) throws DataPlaneException {
    this.kernel = kernel;
    this.families =
        List.of(
            new Family(kernel.services4, ServiceKeyLayout.IPV4),
            new Family(kernel.services6, ServiceKeyLayout.IPV6));
    this.vips = new VipTable(kernel.vips4, kernel.vips6, kernel.vipFilter);
    this.rowRoom = rowRoom;
    this.tunnels = new TunnelWriter(kernel);
    readBack();
  }

  /** What an earlier process left, so that the first difference is against the truth. */
  private void readBack() throws DataPlaneException {
    for (Family family : families) {
      family.services.scan((keys, key, values, value) -> {
        MemorySegment name = keys.asSlice(key, family.key.layout());
        MemorySegment at = values.asSlice(value, ServiceLayout.LAYOUT);
        int index = ServiceLayout.index(at);
        int base = ServiceLayout.rowBase(at);
        DispatchRow row = row(base, ServiceLayout.rowSize(at), ServiceLayout.pick(at));
        indexes.set(index);
        placed.put(
            new Key(family.key.vip(name), family.key.port(name), family.key.protocol(name)),
            new Placed(
                index,
                base / rowRoom - 2 * index,
                Wanted.of(at, row, kernel.admissions.get(index))));
      });
    }
    kernel.targets.scan((keys, key, values, value) -> {
      MemorySegment target = values.asSlice(value, TargetLayout.LAYOUT);
      if (TargetLayout.isPresent(target)) {
        labels.add(TargetLayout.label(target));
      }
    });
  }

  private DispatchRow row(int base, int size, Pick pick) {
    return DispatchRow.of(pick, kernel.rows.read(base, pick.isSum() ? 2 * size : size), size);
  }

  /** See {@link dev.shunt.scheduler.DataPlane#apply}. */
  Changes apply(DispatchTable table) throws DataPlaneException {
    Map<Key, Wanted> wanted = validated(table);
    Set<Integer> changed = writeTargets(table.targets());
    writeOwnLabel(table.targets());
    boolean ended = false;
    // Services that end make room for those that begin.
    for (Key key : List.copyOf(placed.keySet())) {
      if (!wanted.containsKey(key)) {
        removeService(key);
        ended = true;
      }
    }
    boolean limits = false;
    for (Map.Entry<Key, Wanted> entry : wanted.entrySet()) {
      limits |= writeService(entry.getKey(), entry.getValue());
    }
    vips.write(table.rows().keySet());
    changed.addAll(removeTargets(table.targets()));
    boolean withLabels = wanted.values().stream().anyMatch(Wanted::labels);
    return new Changes(ended, limits, changed, withLabels);
  }

  /** The target of a label, as it was last applied. */
  @Nullable Target target(int label) {
    return written.get(label);
  }

  /** Whether a flow is to a service that the kernel has. */
  boolean serves(Flow flow) {
    return indexOf(flow) >= 0;
  }

  /** Where the counters of a flow's service are; -1 if the kernel does not have it. */
  int indexOf(Flow flow) {
    Placed at =
        placed.get(
            new Key(
                flow.destination().getAddress(), flow.destinationPort(), flow.protocol().number()));
    return at == null ? -1 : at.index;
  }

  /** Where a service's counters are; -1 if it is not in the kernel. */
  int indexOf(Service service) {
    Placed at = placed.get(key(service));
    return at == null ? -1 : at.index;
  }

  private Family family(InetAddress vip) {
    return families.get(vip instanceof Inet4Address ? 0 : 1);
  }

  private Map<Key, Wanted> validated(DispatchTable table) throws DataPlaneException {
    Map<Key, Wanted> wanted = new HashMap<>();
    Set<InetAddress> addresses = new HashSet<>();
    for (Map.Entry<Service, DispatchRow> entry : table.rows().entrySet()) {
      Service service = entry.getKey();
      int places = entry.getValue().toArray().length;
      if (places > rowRoom) {
        throw new DataPlaneException(
            "service %s: a row of %d buckets: allowed are %d"
                .formatted(service.name(), places, rowRoom));
      }
      wanted.put(key(service), Wanted.of(service, entry.getValue(), table.cookies(service)));
      addresses.add(key(service).vip);
    }
    limit("services", wanted.size(), kernel.services4.maxEntries());
    limit("VIPs", addresses.size(), kernel.vips4.maxEntries());
    return wanted;
  }

  private static void limit(String what, int found, int allowed) throws DataPlaneException {
    if (found > allowed) {
      throw new DataPlaneException("%d %s: allowed are %d".formatted(found, what, allowed));
    }
  }

  private static Key key(Service service) {
    return new Key(service.vip().address(), service.port(), service.protocol().number());
  }

  /** Whether its limits changed. */
  private boolean writeService(Key key, Wanted wanted) throws DataPlaneException {
    Placed now = placed.get(key);
    if (now != null && now.as.equals(wanted)) {
      return false;
    }
    int index = now == null ? newIndex() : now.index;
    int slot = now == null ? 0 : 1 - now.slot;
    int base = (2 * index + slot) * rowRoom;
    kernel.rows.write(base, wanted.row.toArray());
    boolean limits = !wanted.admission.equals(now == null ? Admission.NONE : now.as.admission);
    if (limits) {
      kernel.admissions.set(index, wanted.admission);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(ServiceLayout.LAYOUT);
      ServiceLayout.set(value, index, base, wanted.row.size(), wanted.row.pick(), wanted.labels);
      ServiceLayout.setPaths(value, wanted.everyone, wanted.switched);
      ServiceLayout.setGate(value, wanted.admission.isLimited(), wanted.cookies);
      family(key.vip).services.put(segment(arena, key), value);
    }
    indexes.set(index);
    placed.put(key, new Placed(index, slot, wanted));
    return limits;
  }

  /** A free index, with its counters back at zero. */
  private int newIndex() throws DataPlaneException {
    int index = indexes.nextClearBit(0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment zeros = kernel.serviceTraffic.get(arena, index).fill((byte) 0);
      kernel.serviceTraffic.put(index, zeros);
    }
    kernel.admissions.clear(index);
    return index;
  }

  private void removeService(Key key) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      family(key.vip).services.remove(segment(arena, key));
    }
    Placed was = placed.remove(key);
    if (was != null) {
      indexes.clear(was.index);
    }
  }

  private static MemorySegment segment(Arena arena, Key key) {
    ServiceKeyLayout layout = ServiceKeyLayout.of(key.vip);
    MemorySegment segment = arena.allocate(layout.layout());
    layout.set(segment, key.vip, key.port, key.protocol);
    return segment;
  }

  private Set<Integer> writeTargets(List<Target> targets) throws DataPlaneException {
    tunnels.write(targets);
    List<Target> changed = new ArrayList<>();
    for (Target target : targets) {
      if (!target.equals(written.get(target.label()))) {
        changed.add(target);
      }
    }
    try (Arena arena = Arena.ofConfined()) {
      int count = changed.size();
      MemorySegment slots = arena.allocate(JAVA_INT, count);
      MemorySegment values = arena.allocate(TargetLayout.LAYOUT, count);
      for (int i = 0; i < count; i++) {
        Target target = changed.get(i);
        writeLabels(target.label(), action(target), target.mac());
        slots.setAtIndex(JAVA_INT, i, slot(target.label()));
        TargetLayout.set(element(values, TargetLayout.LAYOUT.byteSize(), i), target);
      }
      kernel.targets.putAll(slots, values, count);
    }
    for (Target target : changed) {
      labels.add(target.label());
      written.put(target.label(), target);
    }
    return changed.stream().map(Target::label).collect(Collectors.toCollection(HashSet::new));
  }

  /** A label alone leads nowhere where frames are to be plain. */
  static LabelAction action(Target target) {
    if (target.local()) {
      return LabelAction.TO_STACK;
    }
    if (target.tunnelled()) {
      return LabelAction.TO_TUNNEL;
    }
    return target.labelled() ? LabelAction.TO_PORT : LabelAction.NONE;
  }

  /** By which the kernel knows a session that it is told to take. */
  private void writeOwnLabel(List<Target> targets) throws DataPlaneException {
    int own = targets.stream().filter(Target::local).mapToInt(Target::label).findFirst().orElse(0);
    if (own == ownLabel) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      kernel.ownLabel.put(0, arena.allocateFrom(JAVA_INT, own));
    }
    ownLabel = own;
  }

  private Set<Integer> removeTargets(List<Target> kept) throws DataPlaneException {
    Set<Integer> gone = new HashSet<>(labels);
    kept.forEach(target -> gone.remove(target.label()));
    try (Arena arena = Arena.ofConfined()) {
      for (int label : gone) {
        MemorySegment value = arena.allocate(TargetLayout.LAYOUT);
        TargetLayout.setAbsent(value, label);
        kernel.targets.put(slot(label), value);
        writeLabels(label, LabelAction.NONE, NO_MAC);
        labels.remove(label);
        written.remove(label);
      }
    }
    tunnels.keep(kept);
    return gone;
  }

  /** Both of a target's labels: the even one for IPv4 and the odd one for IPv6. */
  private void writeLabels(int label, LabelAction action, MacAddress mac) {
    kernel.labels.set(label, action, slot(label), IPV4, mac, 0);
    kernel.labels.set(label + 1, action, slot(label), IPV6, mac, 0);
  }

  static int labelOf(int slot) {
    return Target.FIRST_LABEL + 2 * slot;
  }

  static int slot(int label) {
    return (label - Target.FIRST_LABEL) / 2;
  }

  private static MemorySegment element(MemorySegment array, long size, int index) {
    return array.asSlice(index * size, size);
  }
}
