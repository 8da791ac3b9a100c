package dev.shunt.ops.lab;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Watches how long the array takes to bring clients' requests to the member that serves them.
 *
 * <p>Read off the wire, by the kernel's own clock: from a segment's first frame at the client's
 * port of the switch to its last one at the member's, so that a lost segment counts with its
 * retransmission. How busy the processors are with programs, which share the machine in a lab, does
 * not count: it is the array's path that is measured, not the machine.
 */
public final class Deliveries implements AutoCloseable {

  private static final int MAX_FRAMES = 200_000;
  private static final String CLIENTS_DATA =
      "dst host %s and tcp dst port %d and tcp[tcpflags] & tcp-push != 0"
          .formatted(LabTopology.VIP, LabTopology.WEB_PORT);
  // In this order: after the word mpls, a filter looks for everything inside the label.
  private static final String AND_LABELLED = "(%1$s) or (mpls and %1$s)".formatted(CLIENTS_DATA);

  /**
   * What was seen.
   *
   * @param segments with requests, or their ends, on connections that the members in question have
   *     accepted
   * @param lost those that never reached their member
   * @param longestMillis the longest that one of the others was on its way
   */
  public record Seen(int segments, int lost, double longestMillis) {}

  private record Segment(int port, long sequence) {}

  private final Map<LabHost, Capture> atMembers;
  private final Capture atClient;

  private Deliveries(Map<LabHost, Capture> atMembers, Capture atClient) {
    this.atMembers = atMembers;
    this.atClient = atClient;
  }

  /** Begins. What clients have sent until then does not count. */
  public static Deliveries watch(Lab lab) {
    Map<LabHost, Capture> atMembers = new LinkedHashMap<>();
    try {
      for (LabHost member : lab.topology().memberHosts()) {
        atMembers.put(member, lab.capture(member.name(), AND_LABELLED, MAX_FRAMES));
      }
      // Last here and first to end: all that it sees has its way to a member within their time.
      return new Deliveries(
          atMembers, lab.capture(lab.topology().client().name(), CLIENTS_DATA, MAX_FRAMES));
    } catch (LabException e) {
      atMembers.values().forEach(Capture::close);
      throw e;
    }
  }

  /** Ends, and answers for all connections but those of one member. */
  public Seen onOthersThan(String faulty, ServedBy servedBy) {
    List<Frame> sent = atClient.stop();
    Map<LabHost, List<Frame>> arrived = new LinkedHashMap<>();
    atMembers.forEach((member, capture) -> arrived.put(member, capture.stop()));
    arrived.keySet().removeIf(member -> member.name().equals(faulty));
    return of(sent, arrived, servedBy);
  }

  @Override
  public void close() {
    atClient.close();
    atMembers.values().forEach(Capture::close);
  }

  /**
   * From frames that {@link #CLIENTS_DATA} lets pass, at the client's port and at those of the
   * members in question; pure.
   */
  static Seen of(List<Frame> sent, Map<LabHost, List<Frame>> arrived, ServedBy servedBy) {
    Map<Segment, Long> first = new LinkedHashMap<>();
    for (Frame frame : sent) {
      first.putIfAbsent(new Segment(frame.sourcePort(), frame.sequence()), frame.atMicros());
    }
    Map<String, Map<Segment, Long>> lastAt = new HashMap<>();
    arrived.forEach((member, frames) -> lastAt.put(member.name(), last(member, frames)));
    int segments = 0;
    int lost = 0;
    long longest = 0;
    for (Map.Entry<Segment, Long> one : first.entrySet()) {
      Map<Segment, Long> last = servedBy.member(one.getKey().port()).map(lastAt::get).orElse(null);
      if (last == null) {
        continue;
      }
      segments++;
      Long at = last.get(one.getKey());
      if (at == null) {
        lost++;
      } else {
        longest = Math.max(longest, at - one.getValue());
      }
    }
    return new Seen(segments, lost, longest / 1e3);
  }

  private static Map<Segment, Long> last(LabHost member, List<Frame> frames) {
    Map<Segment, Long> last = new HashMap<>();
    for (Frame frame : frames) {
      if (frame.destinationMac().equals(member.mac())) {
        last.put(new Segment(frame.sourcePort(), frame.sequence()), frame.atMicros());
      }
    }
    return last;
  }
}
