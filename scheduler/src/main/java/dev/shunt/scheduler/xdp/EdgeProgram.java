package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.edge.EdgeConfig;
import dev.shunt.scheduler.xdp.layout.Btf;
import dev.shunt.scheduler.xdp.layout.EdgeConfigLayout;
import dev.shunt.scheduler.xdp.layout.EdgeLayouts;
import dev.shunt.scheduler.xdp.layout.Elf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The edge's two programs in the kernel with their tables open, attached to nothing yet. */
final class EdgeProgram implements AutoCloseable {

  static final String RESOURCE = "edge.bpf.o";

  private static final String NAME = "edge";
  private static final String IN = "edge_in";
  private static final String OUT = "edge_out";

  private final BpfObject object;
  final int in;
  final int out;
  final EdgeTables tables;

  private EdgeProgram(BpfObject object) throws DataPlaneException {
    this.object = object;
    in = object.program(IN);
    out = object.program(OUT);
    tables = new EdgeTables(object::map);
  }

  /**
   * Loads the programs, with the maps that are pinned in {@code pins} where there are any.
   *
   * @param pins where the maps are to be pinned; null for programs that end with this process
   */
  static EdgeProgram load(EdgeConfig config, @Nullable PinDirectory pins)
      throws DataPlaneException {
    byte[] file = BpfObject.resource(RESOURCE);
    checkLayouts(file);
    BpfObject object = BpfObject.open(NAME, file);
    try {
      for (Map.Entry<String, Integer> size : sizes(config).entrySet()) {
        object.resize(size.getKey(), size.getValue());
      }
      if (pins != null) {
        for (String map : EdgeTables.MAPS) {
          object.pin(map, pins.pin(map));
        }
      }
      object.load(IN, OUT);
      return new EdgeProgram(object);
    } catch (DataPlaneException | RuntimeException e) {
      object.close();
      throw e;
    }
  }

  /** The maps whose size is configured. */
  static Map<String, Integer> sizes(EdgeConfig config) {
    return Map.of("learned", config.maxFlows());
  }

  private static void checkLayouts(byte[] file) throws DataPlaneException {
    byte[] types =
        new Elf(file)
            .section(".BTF")
            .orElseThrow(() -> new DataPlaneException(RESOURCE + " has no type information"));
    List<String> differences = EdgeLayouts.differences(Btf.parse(types));
    if (!differences.isEmpty()) {
      throw new DataPlaneException(
          RESOURCE + " does not fit this build: " + String.join("; ", differences));
    }
  }

  /** What holds for every packet. Labels learned in another role would be the wrong way round. */
  void configure(EdgeConfig config, DataInterface nic) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment before = tables.config.get(arena, 0);
      if (EdgeConfigLayout.isSet(before) && EdgeConfigLayout.role(before) != config.role()) {
        tables.forgetAll();
      }
      tables.setVips(config.vips());
      tables.setMembers(config.tunnels().members());
      MemorySegment value = arena.allocate(EdgeConfigLayout.LAYOUT);
      EdgeConfigLayout.set(
          value, config.role(), config.fresh(), config.tunnels(), nic.mtu(), nic.mac());
      tables.config.put(0, value);
    }
  }

  @Override
  public void close() {
    object.close();
  }
}
