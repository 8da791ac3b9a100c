package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.xdp.layout.SharedLayouts;
import java.lang.foreign.Arena;
import java.nio.file.Files;
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
   * @return whether the tables are there and fit
   */
  static boolean keepIfFit(PinDirectory pins, XdpConfig config) throws DataPlaneException {
    if (KernelProgram.MAPS.stream().noneMatch(map -> Files.exists(pins.pin(map)))) {
      return false;
    }
    String reason = unfit(pins, config);
    if (reason == null) {
      return true;
    }
    LOG.warn("replacing the tables in {}: {}", config.pinDirectory(), reason);
    for (String map : KernelProgram.MAPS) {
      PinDirectory.delete(pins.pin(map));
    }
    return false;
  }

  private static @Nullable String unfit(PinDirectory pins, XdpConfig config)
      throws DataPlaneException {
    for (String map : KernelProgram.MAPS) {
      if (!Files.exists(pins.pin(map))) {
        return "there is no map " + map;
      }
    }
    int version = read(pins, "config", PinnedTables::version);
    if (version != SharedLayouts.VERSION) {
      return "their layout is version %d, not %d".formatted(version, SharedLayouts.VERSION);
    }
    for (Map.Entry<String, Integer> size : KernelProgram.sizes(config).entrySet()) {
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
