package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.shunt.scheduler.DataPlaneException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that the kernel's tables and counters hold, to be compared with what they held before. */
final class TableDump {

  private static final List<String> HASHES =
      List.of("vips4", "vips6", "services4", "services6", "sessions4", "sessions6", "datagrams");

  /** With how many entries are read: of the largest those that the fixtures use. */
  private static final Map<String, Integer> ARRAYS =
      Map.ofEntries(
          Map.entry("config", 1),
          Map.entry("lease", 2),
          Map.entry("admissions", Integer.MAX_VALUE),
          Map.entry("refusals", Integer.MAX_VALUE),
          Map.entry("holder", 1),
          Map.entry("floods", Integer.MAX_VALUE),
          Map.entry("flood_counts", Integer.MAX_VALUE),
          Map.entry("cookie_keys", Integer.MAX_VALUE),
          Map.entry("cookie_clock", 1),
          Map.entry("options_read", 1),
          Map.entry("vip_filter", 1),
          Map.entry("rows", Integer.MAX_VALUE),
          Map.entry("turns", Integer.MAX_VALUE),
          Map.entry("target_load", 100),
          Map.entry("targets", 100),
          Map.entry("own_label", 1),
          Map.entry("outcomes", Integer.MAX_VALUE),
          Map.entry("asides", Integer.MAX_VALUE),
          Map.entry("service_traffic", Integer.MAX_VALUE),
          Map.entry("target_traffic", 100),
          Map.entry("answers", 1),
          Map.entry("clocks", 1),
          Map.entry("recents4", Integer.MAX_VALUE),
          Map.entry("recents6", Integer.MAX_VALUE),
          Map.entry("tracing", 1),
          Map.entry("trace_room", 1));

  private TableDump() {}

  /** Each table's content by its name, in hexadecimal digits. */
  static Map<String, Object> of(KernelProgram kernel) throws DataPlaneException {
    Map<String, Object> dump = new TreeMap<>();
    for (String name : HASHES) {
      dump.put(name, entries(kernel.map(name), true));
    }
    for (Map.Entry<String, Integer> array : ARRAYS.entrySet()) {
      BpfMap map = kernel.map(array.getKey());
      dump.put(map.name(), array(map, Math.min(array.getValue(), map.maxEntries())));
    }
    dump.put("embryos", entries(kernel.map("embryos"), false));
    dump.put("labels", kernel.labels.list(0, Integer.MAX_VALUE));
    return dump;
  }

  /**
   * @param empty whether those are wanted whose value is all zero, as most of a large array is
   */
  private static Map<String, String> entries(BpfMap map, boolean empty) throws DataPlaneException {
    Map<String, String> entries = new TreeMap<>();
    int keyBytes = map.shape().keySize();
    int valueBytes = map.shape().valueSize();
    map.scan((keys, key, values, value) -> {
      if (empty || !isEmpty(values, value, valueBytes)) {
        entries.put(hex(keys.asSlice(key, keyBytes)), hex(values.asSlice(value, valueBytes)));
      }
    });
    return entries;
  }

  private static boolean isEmpty(MemorySegment values, long from, int bytes) {
    for (long at = from; at < from + bytes; at++) {
      if (values.get(JAVA_BYTE, at) != 0) {
        return false;
      }
    }
    return true;
  }

  private static String array(BpfMap map, int entries) throws DataPlaneException {
    StringBuilder content = new StringBuilder();
    for (int i = 0; i < entries; i++) {
      try (Arena arena = Arena.ofConfined()) {
        content.append(hex(map.get(arena, i)));
      }
    }
    return content.toString();
  }

  private static String hex(MemorySegment memory) {
    return HexFormat.of().formatHex(memory.toArray(JAVA_BYTE));
  }
}
