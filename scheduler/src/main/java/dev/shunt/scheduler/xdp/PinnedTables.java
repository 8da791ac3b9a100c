package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.shunt.scheduler.DataPlaneException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whether the tables that an earlier process left can be used again. */
final class PinnedTables {

  private static final Logger LOG = LoggerFactory.getLogger(PinnedTables.class);

  private PinnedTables() {}

  /**
   * Removes the pins of maps that this build or configuration cannot use. The link stays, so that
   * the old program runs on, on its own maps, until the new one takes its place.
   *
   * @param maps those that belong together; one is named config and begins with the version
   * @param version of the layout that this build knows
   * @param sizes that maps must have, by name
   * @return whether the tables are there and fit
   */
  static boolean keepIfFit(
      PinDirectory pins, List<String> maps, int version, Map<String, Integer> sizes)
      throws DataPlaneException {
    if (maps.stream().noneMatch(map -> Files.exists(pins.pin(map)))) {
      return false;
    }
    String reason = unfit(pins, maps, version, sizes);
    if (reason == null) {
      return true;
    }
    LOG.warn("replacing the tables in {}: {}", pins.path(), reason);
    for (String map : maps) {
      PinDirectory.delete(pins.pin(map));
    }
    return false;
  }

  private static @Nullable String unfit(
      PinDirectory pins, List<String> maps, int wanted, Map<String, Integer> sizes)
      throws DataPlaneException {
    for (String map : maps) {
      if (!Files.exists(pins.pin(map))) {
        return "there is no map " + map;
      }
    }
    int version = read(pins, "config", PinnedTables::version);
    if (version != wanted) {
      return "their layout is version %d, not %d".formatted(version, wanted);
    }
    for (Map.Entry<String, Integer> size : sizes.entrySet()) {
      int found = read(pins, size.getKey(), BpfMap::maxEntries);
      if (found != size.getValue()) {
        return "map %s has size %d, not %d".formatted(size.getKey(), found, size.getValue());
      }
    }
    return null;
  }

  /** Every version of the layout begins with its number; 0 is a map that was never filled in. */
  private static int version(BpfMap config) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      return config.get(arena, 0).get(JAVA_INT, 0);
    }
  }

  /** Reads a number off a map. */
  @FunctionalInterface
  private interface Reader {
    int read(BpfMap map) throws DataPlaneException;
  }

  private static int read(PinDirectory pins, String name, Reader reader) throws DataPlaneException {
    String path = pins.pin(name).toString();
    int fd = Native.check(LibBpf.objGet(path), "opening pinned map", path);
    try {
      return reader.read(new BpfMap(name, fd));
    } finally {
      LibC.close(fd);
    }
  }
}
