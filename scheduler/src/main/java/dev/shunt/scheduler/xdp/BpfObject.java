package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shunt.scheduler.DataPlaneException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A compiled program with its maps: opened, sized, then loaded into the kernel.
 *
 * <p>Closing it closes this process's file descriptors; what is pinned or attached stays.
 */
final class BpfObject implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BpfObject.class);

  /** Room for the verifier's log; the kernel keeps the end of a longer one. */
  private static final int LOG_BYTES = 1 << 24;

  /** Lines of the verifier's log that an error message shows: the last ones say what is wrong. */
  private static final int LINES_SHOWN = 6;

  private static final String GLOBALS = ".data.";
  private static final String CONSTANTS = ".rodata";

  /** {@code struct bpf_object_open_opts} up to the field used, which libbpf allows. */
  private static final StructLayout OPEN_OPTIONS =
      MemoryLayout.structLayout(JAVA_LONG.withName("sz"), ADDRESS.withName("object_name"));

  private final Arena arena = Arena.ofShared();
  private final String name;
  private final MemorySegment object;

  private BpfObject(String name, byte[] file) throws DataPlaneException {
    this.name = name;
    MemorySegment options = arena.allocate(OPEN_OPTIONS);
    options.set(JAVA_LONG, 0, OPEN_OPTIONS.byteSize());
    options.set(ADDRESS, Long.BYTES, arena.allocateFrom(name));
    object = LibBpf.openMem(arena.allocateFrom(JAVA_BYTE, file), options);
    if (object.equals(MemorySegment.NULL)) {
      int errno = Native.errno();
      arena.close();
      throw Native.failure("opening BPF object", name, errno);
    }
  }

  /** Opens a compiled object; nothing reaches the kernel yet. */
  static BpfObject open(String name, byte[] file) throws DataPlaneException {
    LibBpf.require();
    LibBpfLog.install();
    return new BpfObject(name, file);
  }

  /** The bytes of an object that stands beside this class. */
  static byte[] resource(String file) {
    try (InputStream in = BpfObject.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + file + " is missing from the build");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("reading the resource " + file, e);
    }
  }

  /** The names of its maps, but for that of its constants. */
  List<String> mapNames() {
    return handles().stream()
        .map(BpfObject::called)
        .filter(name -> !name.endsWith(CONSTANTS))
        .toList();
  }

  /** What libbpf calls {@code struct bpf_map}, of each. */
  private List<MemorySegment> handles() {
    List<MemorySegment> handles = new ArrayList<>();
    MemorySegment map = LibBpf.nextMap(object, MemorySegment.NULL);
    while (!map.equals(MemorySegment.NULL)) {
      handles.add(map);
      map = LibBpf.nextMap(object, map);
    }
    return handles;
  }

  /** What the map is called here: global variables are a map as well. */
  private static String called(MemorySegment map) {
    String name = LibBpf.mapName(map);
    return name.startsWith(GLOBALS) ? name.substring(GLOBALS.length()) : name;
  }

  /** Takes a map that there is instead of making one, before loading. */
  void share(String map, int fd) throws DataPlaneException {
    Native.check(LibBpf.reuseFd(find(map), fd), "sharing map", map);
  }

  /** Sets the size of a map, before loading. */
  void resize(String map, int entries) throws DataPlaneException {
    Native.check(LibBpf.setMaxEntries(find(map), entries), "sizing map", map);
  }

  /** Has only these maps made at loading, where no program that is loaded uses any other. */
  void makeOnly(Collection<String> maps) throws DataPlaneException {
    for (MemorySegment map : handles()) {
      String called = called(map);
      Native.check(LibBpf.setAutocreate(map, maps.contains(called)), "choosing map", called);
    }
  }

  /** Pins a map at loading, or takes the one that is pinned there. */
  void pin(String map, Path path) throws DataPlaneException {
    MemorySegment text = arena.allocateFrom(path.toString());
    Native.check(LibBpf.setPinPath(find(map), text), "choosing the pin of map", map);
  }

  /**
   * Creates the maps and has the kernel verify the programs.
   *
   * @throws DataPlaneException with the end of the verifier's log, if it refuses
   */
  void load(String... programs) throws DataPlaneException {
    try (Arena loading = Arena.ofConfined()) {
      Map<String, MemorySegment> logs = new LinkedHashMap<>();
      for (String program : programs) {
        MemorySegment log = loading.allocate(LOG_BYTES);
        Native.check(LibBpf.setLogBuf(findProgram(program), log), "preparing program", program);
        logs.put(program, log);
      }
      if (LibBpf.load(object) < 0) {
        int errno = Native.errno();
        // Those before the refused one were accepted in silence, those behind it never looked at.
        String program =
            logs.keySet().stream()
                .filter(name -> !text(logs, name).isBlank())
                .findFirst()
                .orElse(programs[0]);
        throw refused(program, errno, text(logs, program));
      }
      // The buffers end with this call; the programs must not point to them any longer.
      for (String program : programs) {
        LibBpf.setLogBuf(findProgram(program), MemorySegment.NULL);
      }
    }
  }

  private static String text(Map<String, MemorySegment> logs, String program) {
    return Objects.requireNonNull(logs.get(program)).getString(0);
  }

  private DataPlaneException refused(String program, int errno, String verifierLog) {
    DataPlaneException failure = Native.failure("loading program", program + " of " + name, errno);
    if (verifierLog.isBlank()) {
      return failure;
    }
    LOG.debug("verifier log of program {}:\n{}", program, verifierLog);
    String[] lines = verifierLog.strip().split("\n", -1);
    int from = Math.max(0, lines.length - LINES_SHOWN);
    String end = String.join("\n", java.util.Arrays.copyOfRange(lines, from, lines.length));
    return new DataPlaneException(
        failure.getMessage()
            + "; the verifier says (the whole log is logged at debug level):\n"
            + end);
  }

  /** All maps that loading made, those of global variables too. */
  List<BpfMap> maps() throws DataPlaneException {
    List<BpfMap> made = new ArrayList<>();
    for (MemorySegment map : handles()) {
      int fd = LibBpf.mapFd(map);
      if (fd >= 0) {
        made.add(new BpfMap(LibBpf.mapName(map), fd));
      }
    }
    return made;
  }

  /** A map, after loading. */
  BpfMap map(String map) throws DataPlaneException {
    return new BpfMap(map, Native.check(LibBpf.mapFd(find(map)), "opening map", map));
  }

  /** The file descriptor of a program, after loading. */
  int program(String program) throws DataPlaneException {
    return Native.check(LibBpf.programFd(findProgram(program)), "opening program", program);
  }

  /** A map, or the section of the global variables of that name, which is one. */
  private MemorySegment find(String map) throws DataPlaneException {
    MemorySegment found = LibBpf.findMap(object, arena.allocateFrom(map));
    if (found.equals(MemorySegment.NULL)) {
      found = LibBpf.findMap(object, arena.allocateFrom(GLOBALS + map));
    }
    if (found.equals(MemorySegment.NULL)) {
      throw new DataPlaneException("BPF object " + name + " has no map " + map);
    }
    return found;
  }

  private MemorySegment findProgram(String program) throws DataPlaneException {
    MemorySegment found = LibBpf.findProgram(object, arena.allocateFrom(program));
    if (found.equals(MemorySegment.NULL)) {
      throw new DataPlaneException("BPF object " + name + " has no program " + program);
    }
    return found;
  }

  @Override
  public void close() {
    LibBpf.close(object);
    arena.close();
  }
}
