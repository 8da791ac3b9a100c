package dev.shunt.ops.lab;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Watches every member's switch port for who answers which connection. Start it before the load.
 */
public final class Witness implements AutoCloseable {

  private static final int MAX_FRAMES = 200_000;
  private static final String OPENING_OR_RESET =
      "src host " + LabTopology.VIP + " and tcp[tcpflags] & (tcp-syn|tcp-rst) != 0";

  private final Map<String, Capture> captures;

  private Witness(Map<String, Capture> captures) {
    this.captures = captures;
  }

  public static Witness start(Lab lab) {
    Map<String, Capture> captures = new LinkedHashMap<>();
    for (LabHost member : lab.topology().memberHosts()) {
      captures.put(member.name(), lab.capture(member.name(), OPENING_OR_RESET, MAX_FRAMES));
    }
    return new Witness(captures);
  }

  /** What was seen until now. */
  public ServedBy servedBy() {
    Map<String, List<Frame>> frames = new HashMap<>();
    captures.forEach((member, capture) -> frames.put(member, capture.frames()));
    return ServedBy.of(frames);
  }

  @Override
  public void close() {
    captures.values().forEach(Capture::close);
  }
}
