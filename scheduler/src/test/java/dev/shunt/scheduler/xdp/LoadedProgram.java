package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.DataPlaneException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The program in the kernel, used by one test after the other: to verify it takes far longer than
 * to clear its tables. Who takes it gets every table as loading makes it, which is looked at each
 * time.
 */
final class LoadedProgram {

  /** Those that nobody uses now, the last used first. */
  private static final Deque<LoadedProgram> IDLE = new ArrayDeque<>();

  private static final int KEPT = 2;

  final KernelProgram kernel;

  private final XdpConfig sizes;
  private final List<MapContents> maps = new ArrayList<>();

  /** One of its own, whatever others there are. */
  LoadedProgram(XdpConfig sizes) throws DataPlaneException {
    this.sizes = sizes;
    kernel = KernelProgram.load(sizes, null);
    for (BpfMap map : kernel.maps()) {
      maps.add(new MapContents(map));
    }
  }

  /** One with maps of these sizes, which hold what they hold after loading. */
  static LoadedProgram take(XdpConfig sizes) throws DataPlaneException {
    LoadedProgram used = idle(sizes);
    if (used == null) {
      return new LoadedProgram(sizes);
    }
    used.clear();
    return used;
  }

  private static @Nullable LoadedProgram idle(XdpConfig sizes) {
    synchronized (IDLE) {
      for (Iterator<LoadedProgram> all = IDLE.iterator(); all.hasNext(); ) {
        LoadedProgram one = all.next();
        if (one.sizes.equals(sizes)) {
          all.remove();
          return one;
        }
      }
      return null;
    }
  }

  /** Leaves it to the next one. */
  void giveBack() {
    synchronized (IDLE) {
      IDLE.addFirst(this);
      if (IDLE.size() > KEPT) {
        IDLE.removeLast().close();
      }
    }
  }

  void clear() throws DataPlaneException {
    for (MapContents map : maps) {
      map.clear();
    }
  }

  /** What every map holds, by the maps' names; without those that hold nothing. */
  SortedMap<String, SortedMap<String, String>> contents() throws DataPlaneException {
    SortedMap<String, SortedMap<String, String>> all = new TreeMap<>();
    for (MapContents map : maps) {
      SortedMap<String, String> contents = map.contents();
      if (!contents.isEmpty()) {
        all.put(map.name(), contents);
      }
    }
    return all;
  }

  /** Makes all maps hold something that they must not hold next time. */
  void soil() throws DataPlaneException {
    for (MapContents map : maps) {
      map.soil();
    }
  }

  Set<String> mapNames() {
    return maps.stream().map(MapContents::name).collect(Collectors.toSet());
  }

  void close() {
    maps.forEach(MapContents::close);
    kernel.close();
  }
}
