package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shunt.scheduler.DataPlaneException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A program's hold on an interface, pinned so that it outlives the process. */
final class XdpLink implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(XdpLink.class);

  static final int BPF_XDP = 37;
  private static final int XDP_FLAGS_SKB_MODE = 1 << 1;
  static final int XDP_FLAGS_DRV_MODE = 1 << 2;
  private static final int ALIGNMENT = Long.BYTES;

  /** {@code struct bpf_link_create_opts}: its size, then the flags. */
  static final int CREATE_OPTIONS_BYTES = 16;

  /** {@code struct bpf_link_info} up to and with {@code xdp.ifindex}. */
  private static final int INFO_BYTES = 24;

  private static final int INFO_IFINDEX = 16;

  /** {@code struct bpf_xdp_query_opts} up to and with {@code attach_mode}, and that field. */
  private static final int QUERY_BYTES = 32;

  private static final int QUERY_MODE = 24;

  private final int fd;
  private final Path pin;

  private XdpLink(int fd, Path pin) {
    this.fd = fd;
    this.pin = pin;
  }

  /**
   * The link that is pinned there, if it still holds the interface; otherwise the pin is removed
   * and the result is null.
   */
  static @Nullable XdpLink pinned(Path pin, int interfaceIndex) throws DataPlaneException {
    if (!Files.exists(pin)) {
      return null;
    }
    int fd = Native.check(LibBpf.objGet(pin.toString()), "opening the pinned link", pin.toString());
    XdpLink link = new XdpLink(fd, pin);
    int held = link.heldInterface();
    if (held == interfaceIndex) {
      return link;
    }
    LOG.warn(
        "the pinned link {} holds interface {}, not {}: attaching anew", pin, held, interfaceIndex);
    link.detach();
    link.close();
    return null;
  }

  /** Attaches a program, in the driver if that can do it, else in the generic path. */
  static XdpLink attach(int program, String interfaceName, int interfaceIndex, Path pin)
      throws DataPlaneException {
    int fd = create(program, interfaceIndex, XDP_FLAGS_DRV_MODE);
    if (fd < 0 && isTaken(Native.errno())) {
      throw new DataPlaneException(
          "attaching the XDP program to interface %s: another one is there (%s); remove it first"
              .formatted(interfaceName, LibC.strerror(Native.errno())));
    }
    if (fd < 0) {
      LOG.warn(
          "the driver of {} takes no XDP program ({}): using the slower generic mode",
          interfaceName,
          LibC.strerror(Native.errno()));
      fd = create(program, interfaceIndex, XDP_FLAGS_SKB_MODE);
    }
    Native.check(fd, "attaching the XDP program to interface", interfaceName);
    XdpLink link = new XdpLink(fd, pin);
    if (LibBpf.objPin(fd, pin.toString()) < 0) {
      DataPlaneException failure =
          Native.failure("pinning the link", pin.toString(), Native.errno());
      link.close();
      throw failure;
    }
    return link;
  }

  /**
   * How the program on an interface hooks in: {@code native}, {@code generic} or {@code offload}.
   */
  static String mode(String interfaceName, int interfaceIndex) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment query = arena.allocate(QUERY_BYTES, ALIGNMENT);
      query.set(JAVA_LONG, 0, QUERY_BYTES);
      Native.check(
          LibBpf.xdpQuery(interfaceIndex, query), "asking for the XDP mode of", interfaceName);
      return switch (query.get(JAVA_BYTE, QUERY_MODE)) {
        case 1 -> "native";
        case 2 -> "generic";
        case 3 -> "offload";
        default -> "none";
      };
    }
  }

  private static boolean isTaken(int errno) {
    return errno == LibC.EBUSY || errno == LibC.EEXIST;
  }

  private static int create(int program, int interfaceIndex, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment options = arena.allocate(CREATE_OPTIONS_BYTES, ALIGNMENT);
      options.set(JAVA_LONG, 0, CREATE_OPTIONS_BYTES);
      options.set(JAVA_INT, Long.BYTES, flags);
      return LibBpf.linkCreate(program, interfaceIndex, BPF_XDP, options);
    }
  }

  /** Puts another program in the place of the running one, between two packets. */
  void update(int program) throws DataPlaneException {
    Native.check(LibBpf.linkUpdate(fd, program), "updating the pinned link", pin.toString());
  }

  private int heldInterface() throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(INFO_BYTES, ALIGNMENT);
      MemorySegment length = arena.allocateFrom(JAVA_INT, INFO_BYTES);
      Native.check(LibBpf.objInfo(fd, info, length), "reading the pinned link", pin.toString());
      return info.get(JAVA_INT, INFO_IFINDEX);
    }
  }

  /** Takes the program off the interface, whoever else has the link open. */
  void detach() throws DataPlaneException {
    // Fails where the interface is gone and the link holds nothing any more, which is as good.
    LibBpf.linkDetach(fd);
    PinDirectory.delete(pin);
  }

  /** Ends this process's part; the pin keeps the program where it is. */
  @Override
  public void close() {
    LibC.close(fd);
  }
}
