package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.DataPlaneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The program at the ingress of the data interface that makes connections out of SYN cookies; its
 * tables are those of the data plane. The interface holds it, so that it outlives this process.
 */
final class CookieProgram {

  static final String RESOURCE = "cookie.bpf.o";

  private static final String NAME = "cookie";
  private static final String PROGRAM = "shunt_cookie";

  /** The tables that it reads or counts in; the source names others, which are not made for it. */
  private static final List<String> MAPS =
      List.of("services4", "services6", "vip_filter", "cookie_keys", "cookie_clock", "asides");

  /**
   * What a cookie promises to a client, so that the stack must be willing to give it; without the
   * first, it takes no cookie at all.
   */
  private static final List<String> SETTINGS =
      List.of("tcp_syncookies", "tcp_timestamps", "tcp_sack", "tcp_window_scaling");

  private static final Path SYSCTL = Path.of("/proc/sys/net/ipv4");

  private CookieProgram() {}

  /** Puts the program there, in the place of an earlier one. */
  static void attach(XdpConfig config, PinDirectory pins, TcHook hook) throws DataPlaneException {
    requireSettings();
    try (BpfObject object = open(config)) {
      for (String map : MAPS) {
        object.pin(map, pins.pin(map));
      }
      object.load(PROGRAM);
      hook.attach(object.program(PROGRAM));
    }
  }

  /** Not yet loaded. */
  static BpfObject open(XdpConfig config) throws DataPlaneException {
    BpfObject object = BpfObject.open(NAME, BpfObject.resource(RESOURCE));
    try {
      object.makeOnly(MAPS);
      Map<String, Integer> sizes = new HashMap<>(KernelProgram.sizes(config));
      sizes.keySet().retainAll(MAPS);
      for (Map.Entry<String, Integer> size : sizes.entrySet()) {
        object.resize(size.getKey(), size.getValue());
      }
      return object;
    } catch (DataPlaneException | RuntimeException e) {
      object.close();
      throw e;
    }
  }

  private static void requireSettings() throws DataPlaneException {
    for (String setting : SETTINGS) {
      Path file = SYSCTL.resolve(setting);
      try {
        if (Files.readString(file).strip().equals("0")) {
          throw new DataPlaneException(
              "net.ipv4." + setting + " is 0: with SYN cookies it must not be");
        }
      } catch (IOException e) {
        throw new DataPlaneException("reading " + file + ": " + e.getMessage(), e);
      }
    }
  }
}
