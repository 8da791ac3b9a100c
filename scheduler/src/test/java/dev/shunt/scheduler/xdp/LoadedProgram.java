package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.DataPlaneException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
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

  private LoadedProgram(XdpConfig sizes) throws DataPlaneException {
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
    SortedMap<String, SortedMap<String, String>> left = used.changed();
    if (!left.isEmpty()) {
      throw new AssertionError("what was cleared is not as new: " + left);
    }
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

  /** What every map holds that it did not hold after loading, by the maps' names. */
  SortedMap<String, SortedMap<String, String>> changed() throws DataPlaneException {
    SortedMap<String, SortedMap<String, String>> all = new TreeMap<>();
    for (MapContents map : maps) {
      SortedMap<String, String> changed = map.changed();
      if (!changed.isEmpty()) {
        all.put(map.name(), changed);
      }
    }
    return all;
  }

  private void close() {
    maps.forEach(MapContents::close);
    kernel.close();
  }
}
