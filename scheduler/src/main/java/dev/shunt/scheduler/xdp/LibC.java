package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The few system calls that Java has no API for.
 *
 * <p>Those that return an int return −1 on failure, with the reason in {@link Native#errno()}.
 */
final class LibC {

  static final int O_RDONLY = 0;
  static final int O_CLOEXEC = 0x80000;
  static final int LOCK_EX = 2;
  static final int LOCK_NB = 4;
  static final int AF_INET = 2;
  static final int AF_PACKET = 17;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_RAW = 3;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int ETH_P_ALL = 3;
  static final int SOL_SOCKET = 1;
  static final int SO_RCVTIMEO = 20;
  static final int SO_ATTACH_FILTER = 26;
  static final int SOL_PACKET = 263;
  static final int PACKET_IGNORE_OUTGOING = 23;

  static final int ENOENT = 2;
  static final int E2BIG = 7;
  static final int EAGAIN = 11;
  static final int EBUSY = 16;
  static final int EEXIST = 17;
  static final int EINVAL = 22;
  static final int ENOSPC = 28;
  static final int EINTR = 4;

  /** More than any {@code struct statfs} has. */
  private static final int STATFS_BYTES = 256;

  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED = 1;
  private static final long MAP_FAILED = -1;

  /** {@code cpu_set_t}. */
  private static final long CPU_SET_BYTES = 128;

  private static final MethodHandle STRERROR =
      function("strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT));
  private static final MethodHandle OPEN =
      function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle SET_AFFINITY =
      function("sched_setaffinity", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
  private static final MethodHandle SET_SCHEDULER =
      function("sched_setscheduler", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle FLOCK =
      function("flock", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle MOUNT =
      function(
          "mount", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
  private static final MethodHandle MMAP =
      function(
          "mmap",
          FunctionDescriptor.of(
              ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle MUNMAP =
      function("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle SOCKET =
      function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SENDTO =
      function(
          "sendto",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SETSOCKOPT =
      function(
          "setsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle BIND =
      function("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle RECV =
      function("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

  private static final MethodHandle STATFS =
      function("statfs", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle IOCTL =
      function(
          "ioctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
          Linker.Option.firstVariadicArg(2));

  private LibC() {}

  private static MethodHandle function(
      String name, FunctionDescriptor type, Linker.Option... options) {
    return Native.function(Native.LINKER.defaultLookup(), name, type, options);
  }

  /** The text of an error number. */
  @SuppressWarnings("restricted") // The returned string has no known length.
  static String strerror(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(Native.state(), errno);
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int open(String path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) OPEN.invokeExact(Native.state(), arena.allocateFrom(path), flags);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int close(int fd) {
    try {
      return (int) CLOSE.invokeExact(Native.state(), fd);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  /** sched_setaffinity(2) of the calling thread, to one CPU of the first 1024. */
  static int setAffinity(int cpu) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment set = arena.allocate(CPU_SET_BYTES, Long.BYTES);
      set.set(JAVA_LONG, (long) (cpu / Long.SIZE) * Long.BYTES, 1L << (cpu % Long.SIZE));
      return (int) SET_AFFINITY.invokeExact(Native.state(), 0, CPU_SET_BYTES, set);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  /** sched_setscheduler(2) of the calling thread. */
  static int setScheduler(int policy, int priority) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment parameters = arena.allocateFrom(JAVA_INT, priority);
      return (int) SET_SCHEDULER.invokeExact(Native.state(), 0, policy, parameters);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int flock(int fd, int operation) {
    try {
      return (int) FLOCK.invokeExact(Native.state(), fd, operation);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int mount(String source, String target, String type) {
    try (Arena arena = Arena.ofConfined()) {
      return (int)
          MOUNT.invokeExact(
              Native.state(),
              arena.allocateFrom(source),
              arena.allocateFrom(target),
              arena.allocateFrom(type),
              0L,
              MemorySegment.NULL);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  /** Maps a file shared, for reading and writing; {@link MemorySegment#NULL} on failure. */
  @SuppressWarnings("restricted") // The kernel knows the size: it is the one asked for.
  static MemorySegment mmap(int fd, long size) {
    try {
      MemorySegment at =
          (MemorySegment)
              MMAP.invokeExact(
                  Native.state(), MemorySegment.NULL, size, PROT_READ_WRITE, MAP_SHARED, fd, 0L);
      return at.address() == MAP_FAILED ? MemorySegment.NULL : at.reinterpret(size);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int munmap(MemorySegment mapped) {
    try {
      return (int) MUNMAP.invokeExact(Native.state(), mapped, mapped.byteSize());
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int socket(int family, int type, int protocol) {
    try {
      return (int) SOCKET.invokeExact(Native.state(), family, type, protocol);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int sendto(int fd, MemorySegment bytes, MemorySegment address) {
    try {
      return (int)
          (long)
              SENDTO.invokeExact(
                  Native.state(),
                  fd,
                  bytes,
                  bytes.byteSize(),
                  0,
                  address,
                  (int) address.byteSize());
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int setsockopt(int fd, int level, int option, MemorySegment value) {
    try {
      return (int)
          SETSOCKOPT.invokeExact(Native.state(), fd, level, option, value, (int) value.byteSize());
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int bind(int fd, MemorySegment address) {
    try {
      return (int) BIND.invokeExact(Native.state(), fd, address, (int) address.byteSize());
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  /** How many bytes came; the rest of what is longer than the buffer is lost. */
  static int recv(int fd, MemorySegment buffer) {
    try {
      return (int) (long) RECV.invokeExact(Native.state(), fd, buffer, buffer.byteSize(), 0);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  static int ioctl(int fd, long request, MemorySegment argument) {
    try {
      return (int) IOCTL.invokeExact(Native.state(), fd, request, argument);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  /** The magic number of the file system that a path is on; -1 on failure. */
  static long fileSystem(String path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment status = arena.allocate(STATFS_BYTES, Long.BYTES);
      int result = (int) STATFS.invokeExact(Native.state(), arena.allocateFrom(path), status);
      return result < 0 ? result : status.get(JAVA_LONG, 0);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }
}
