package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shunt.scheduler.DataPlaneException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The functions of libbpf 1.x that are used here, named as there.
 *
 * <p>Those that return an int return a negative number on failure, those that return an address
 * {@code NULL}; the reason is in {@link Native#errno()} then. Loaded at first use: a machine
 * without libbpf runs all that needs no kernel program.
 */
final class LibBpf {

  private static final String LIBRARY = "libbpf.so.1";

  /** No map of ours has a longer name. */
  private static final int MAX_NAME = 64;

  /** Loads the library when the class is first used, and once. */
  private static final class Functions {
    static final SymbolLookup LOOKUP = lookup();

    static final MethodHandle OPEN_MEM =
        f("bpf_object__open_mem", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    static final MethodHandle LOAD =
        f("bpf_object__load", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    static final MethodHandle CLOSE = f("bpf_object__close", FunctionDescriptor.ofVoid(ADDRESS));
    static final MethodHandle FIND_MAP =
        f("bpf_object__find_map_by_name", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
    static final MethodHandle FIND_PROGRAM =
        f("bpf_object__find_program_by_name", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
    static final MethodHandle SET_MAX_ENTRIES =
        f("bpf_map__set_max_entries", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    static final MethodHandle NEXT_MAP =
        f("bpf_object__next_map", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
    static final MethodHandle MAP_NAME =
        f("bpf_map__name", FunctionDescriptor.of(ADDRESS, ADDRESS));
    static final MethodHandle SET_AUTOCREATE =
        f("bpf_map__set_autocreate", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_BOOLEAN));
    static final MethodHandle SET_PIN_PATH =
        f("bpf_map__set_pin_path", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    static final MethodHandle MAP_FD = f("bpf_map__fd", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    static final MethodHandle PROGRAM_FD =
        f("bpf_program__fd", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    static final MethodHandle SET_LOG_BUF =
        f("bpf_program__set_log_buf", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));
    static final MethodHandle SET_PRINT =
        f("libbpf_set_print", FunctionDescriptor.of(ADDRESS, ADDRESS));
    static final MethodHandle CPUS = f("libbpf_num_possible_cpus", FunctionDescriptor.of(JAVA_INT));
    static final MethodHandle OBJ_GET = f("bpf_obj_get", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    static final MethodHandle OBJ_PIN =
        f("bpf_obj_pin", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    static final MethodHandle OBJ_INFO =
        f("bpf_obj_get_info_by_fd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    static final MethodHandle MAP_UPDATE =
        f(
            "bpf_map_update_elem",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));
    static final MethodHandle MAP_LOOKUP =
        f("bpf_map_lookup_elem", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    static final MethodHandle MAP_TAKE =
        f(
            "bpf_map_lookup_and_delete_elem",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    static final MethodHandle MAP_DELETE =
        f("bpf_map_delete_elem", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    static final MethodHandle MAP_UPDATE_BATCH =
        f(
            "bpf_map_update_batch",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    static final MethodHandle MAP_DELETE_BATCH =
        f(
            "bpf_map_delete_batch",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
    static final MethodHandle MAP_LOOKUP_BATCH =
        f(
            "bpf_map_lookup_batch",
            FunctionDescriptor.of(
                JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    static final MethodHandle LINK_CREATE =
        f(
            "bpf_link_create",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    static final MethodHandle LINK_UPDATE =
        f("bpf_link_update", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    static final MethodHandle LINK_DETACH =
        f("bpf_link_detach", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    static final MethodHandle XDP_QUERY =
        f("bpf_xdp_query", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    static final MethodHandle TC_HOOK_CREATE =
        f("bpf_tc_hook_create", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    static final MethodHandle TC_ATTACH =
        f("bpf_tc_attach", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    static final MethodHandle TC_DETACH =
        f("bpf_tc_detach", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    static final MethodHandle TEST_RUN =
        f("bpf_prog_test_run_opts", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    static final MethodHandle RING_NEW =
        f("ring_buffer__new", FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
    static final MethodHandle RING_POLL =
        f("ring_buffer__poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    static final MethodHandle RING_FREE =
        f("ring_buffer__free", FunctionDescriptor.ofVoid(ADDRESS));

    private static MethodHandle f(String name, FunctionDescriptor type) {
      return Native.function(LOOKUP, name, type);
    }

    @SuppressWarnings("restricted") // Loading a native library is the purpose.
    private static SymbolLookup lookup() {
      return SymbolLookup.libraryLookup(LIBRARY, Arena.global());
    }
  }

  private LibBpf() {}

  /**
   * Loads the library, so that its absence is one clear sentence.
   *
   * @throws DataPlaneException if it is not there
   */
  static void require() throws DataPlaneException {
    try {
      SymbolLookup loaded = Functions.LOOKUP;
      loaded.find("bpf_object__open_mem");
    } catch (LinkageError e) {
      throw new DataPlaneException(
          "loading " + LIBRARY + ": not found; install package libbpf1 (Debian, Ubuntu) or libbpf",
          e);
    }
  }

  static MemorySegment openMem(MemorySegment file, MemorySegment options) {
    try {
      return (MemorySegment)
          Functions.OPEN_MEM.invokeExact(Native.state(), file, file.byteSize(), options);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int load(MemorySegment object) {
    try {
      return (int) Functions.LOAD.invokeExact(Native.state(), object);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static void close(MemorySegment object) {
    try {
      Functions.CLOSE.invokeExact(Native.state(), object);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static MemorySegment findMap(MemorySegment object, MemorySegment name) {
    try {
      return (MemorySegment) Functions.FIND_MAP.invokeExact(Native.state(), object, name);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static MemorySegment findProgram(MemorySegment object, MemorySegment name) {
    try {
      return (MemorySegment) Functions.FIND_PROGRAM.invokeExact(Native.state(), object, name);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static MemorySegment nextMap(MemorySegment object, MemorySegment before) {
    try {
      return (MemorySegment) Functions.NEXT_MAP.invokeExact(Native.state(), object, before);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  @SuppressWarnings("restricted") // A name is as long as its terminator says.
  static String mapName(MemorySegment map) {
    try {
      MemorySegment name = (MemorySegment) Functions.MAP_NAME.invokeExact(Native.state(), map);
      return name.reinterpret(MAX_NAME).getString(0);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int setAutocreate(MemorySegment map, boolean create) {
    try {
      return (int) Functions.SET_AUTOCREATE.invokeExact(Native.state(), map, create);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int setMaxEntries(MemorySegment map, int entries) {
    try {
      return (int) Functions.SET_MAX_ENTRIES.invokeExact(Native.state(), map, entries);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int setPinPath(MemorySegment map, MemorySegment path) {
    try {
      return (int) Functions.SET_PIN_PATH.invokeExact(Native.state(), map, path);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int mapFd(MemorySegment map) {
    try {
      return (int) Functions.MAP_FD.invokeExact(Native.state(), map);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int programFd(MemorySegment program) {
    try {
      return (int) Functions.PROGRAM_FD.invokeExact(Native.state(), program);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int setLogBuf(MemorySegment program, MemorySegment log) {
    try {
      return (int) Functions.SET_LOG_BUF.invokeExact(Native.state(), program, log, log.byteSize());
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static MemorySegment setPrint(MemorySegment callback) {
    try {
      return (MemorySegment) Functions.SET_PRINT.invokeExact(Native.state(), callback);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int possibleCpus() {
    try {
      return (int) Functions.CPUS.invokeExact(Native.state());
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int objGet(String path) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) Functions.OBJ_GET.invokeExact(Native.state(), arena.allocateFrom(path));
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int objPin(int fd, String path) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) Functions.OBJ_PIN.invokeExact(Native.state(), fd, arena.allocateFrom(path));
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int objInfo(int fd, MemorySegment info, MemorySegment length) {
    try {
      return (int) Functions.OBJ_INFO.invokeExact(Native.state(), fd, info, length);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int mapUpdate(int map, MemorySegment key, MemorySegment value) {
    try {
      return (int) Functions.MAP_UPDATE.invokeExact(Native.state(), map, key, value, 0L);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int mapLookup(int map, MemorySegment key, MemorySegment value) {
    try {
      return (int) Functions.MAP_LOOKUP.invokeExact(Native.state(), map, key, value);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int mapLookupAndDelete(int map, MemorySegment key, MemorySegment value) {
    try {
      return (int) Functions.MAP_TAKE.invokeExact(Native.state(), map, key, value);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int mapDelete(int map, MemorySegment key) {
    try {
      return (int) Functions.MAP_DELETE.invokeExact(Native.state(), map, key);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int mapUpdateBatch(
      int map, MemorySegment keys, MemorySegment values, MemorySegment count) {
    try {
      return (int)
          Functions.MAP_UPDATE_BATCH.invokeExact(
              Native.state(), map, keys, values, count, MemorySegment.NULL);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int mapDeleteBatch(int map, MemorySegment keys, MemorySegment count) {
    try {
      return (int)
          Functions.MAP_DELETE_BATCH.invokeExact(
              Native.state(), map, keys, count, MemorySegment.NULL);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int mapLookupBatch(
      int map,
      MemorySegment after,
      MemorySegment reached,
      MemorySegment keys,
      MemorySegment values,
      MemorySegment count) {
    try {
      return (int)
          Functions.MAP_LOOKUP_BATCH.invokeExact(
              Native.state(), map, after, reached, keys, values, count, MemorySegment.NULL);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int linkCreate(int program, int interfaceIndex, int attachType, MemorySegment options) {
    try {
      return (int)
          Functions.LINK_CREATE.invokeExact(
              Native.state(), program, interfaceIndex, attachType, options);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int linkUpdate(int link, int program) {
    try {
      return (int)
          Functions.LINK_UPDATE.invokeExact(Native.state(), link, program, MemorySegment.NULL);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int xdpQuery(int interfaceIndex, MemorySegment options) {
    try {
      return (int) Functions.XDP_QUERY.invokeExact(Native.state(), interfaceIndex, 0, options);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int linkDetach(int link) {
    try {
      return (int) Functions.LINK_DETACH.invokeExact(Native.state(), link);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int tcHookCreate(MemorySegment hook) {
    try {
      return (int) Functions.TC_HOOK_CREATE.invokeExact(Native.state(), hook);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int tcAttach(MemorySegment hook, MemorySegment options) {
    try {
      return (int) Functions.TC_ATTACH.invokeExact(Native.state(), hook, options);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int tcDetach(MemorySegment hook, MemorySegment options) {
    try {
      return (int) Functions.TC_DETACH.invokeExact(Native.state(), hook, options);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int testRun(int program, MemorySegment options) {
    try {
      return (int) Functions.TEST_RUN.invokeExact(Native.state(), program, options);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static MemorySegment ringNew(int map, MemorySegment callback) {
    try {
      return (MemorySegment)
          Functions.RING_NEW.invokeExact(
              Native.state(), map, callback, MemorySegment.NULL, MemorySegment.NULL);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int ringPoll(MemorySegment ring, int timeoutMillis) {
    try {
      return (int) Functions.RING_POLL.invokeExact(Native.state(), ring, timeoutMillis);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static void ringFree(MemorySegment ring) {
    try {
      Functions.RING_FREE.invokeExact(Native.state(), ring);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }
}
