package dev.shunt.ops.lab;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a {@link WireWatch} has seen; pure. Times are microseconds of the epoch, by the kernel's
 * clock: how busy programs are is not in them.
 *
 * @param atClient frames at the client's port of the switch, in order
 * @param atHosts the same at the port of each host
 */
record WireView(List<Frame> atClient, Map<LabHost, List<Frame>> atHosts) {

  /** A connection that is answered later than this was not answered at once. */
  static final long PROMPT_MICROS = 100_000;

  private record Beat(int port, long number) {}

  static List<Frame> beatAnswers(List<Frame> frames) {
    return frames.stream().filter(frame -> isAnswer(frame, LabTopology.ECHO_PORT)).toList();
  }

  private static boolean isAnswer(Frame frame, int port) {
    return frame.sourcePort() == port && frame.source().equals(LabTopology.VIP);
  }

  private static boolean isAsked(Frame frame, int port) {
    return frame.destinationPort() == port && frame.destination().equals(LabTopology.VIP);
  }

  /** Who accepted or refused which connection. */
  ServedBy servedBy() {
    Map<String, List<Frame>> answers = new LinkedHashMap<>();
    atHosts.forEach((host, frames) ->
        answers.put(
            host.name(),
            frames.stream().filter(frame -> isAnswer(frame, LabTopology.WEB_PORT)).toList()));
    return ServedBy.of(answers);
  }

  /** The client's ports of datagrams that the named hosts answered before a time. */
  Set<Integer> beatsOn(Predicate<String> host, long before) {
    Map<Integer, String> servedBy = new HashMap<>();
    atHosts.forEach((at, frames) ->
        beatAnswers(frames).stream()
            .filter(frame -> frame.atMicros() < before)
            .forEach(frame -> servedBy.put(frame.destinationPort(), at.name())));
    servedBy.values().removeIf(host.negate());
    return servedBy.keySet();
  }

  /** Of datagrams from these ports: until the client's switch port saw the answer. */
  Waits answered(Set<Integer> ports, long from, long to) {
    return waits(answers(), ports, from, to);
  }

  private Map<Beat, Long> answers() {
    Map<Beat, Long> answers = new HashMap<>();
    beatAnswers(atClient)
        .forEach(frame ->
            answers.putIfAbsent(
                new Beat(frame.destinationPort(), frame.sequence()), frame.atMicros()));
    return answers;
  }

  /**
   * Of datagrams from these ports: until the host that answers them got them. What was answered was
   * delivered: a capture can miss a frame where the machine is too busy for it.
   */
  Waits delivered(Set<Integer> ports, long from, long to) {
    Map<Integer, LabHost> server = new HashMap<>();
    atHosts.forEach((host, frames) ->
        beatAnswers(frames).forEach(frame -> server.putIfAbsent(frame.destinationPort(), host)));
    Map<Beat, Long> arrivals = answers();
    atHosts.forEach((host, frames) ->
        frames.stream()
            .filter(frame -> isAsked(frame, LabTopology.ECHO_PORT))
            .filter(frame -> host.equals(server.get(frame.sourcePort())))
            .filter(frame -> frame.destinationMac().equals(host.mac()))
            .forEach(frame ->
                arrivals.merge(
                    new Beat(frame.sourcePort(), frame.sequence()), frame.atMicros(), Math::min)));
    return waits(arrivals, ports, from, to);
  }

  private Waits waits(Map<Beat, Long> ends, Set<Integer> ports, long from, long to) {
    Map<Integer, List<Waits.Event>> events = new HashMap<>();
    for (Frame frame : atClient) {
      if (isAsked(frame, LabTopology.ECHO_PORT) && ports.contains(frame.sourcePort())) {
        Beat beat = new Beat(frame.sourcePort(), frame.sequence());
        events
            .computeIfAbsent(frame.sourcePort(), _ -> new ArrayList<>())
            .add(new Waits.Event(frame.atMicros(), ends.getOrDefault(beat, Waits.NEVER)));
      }
    }
    return events.values().stream()
        .map(one -> Waits.of(one, from, to, end()))
        .reduce(Waits.NONE, Waits::and);
  }

  /** New connections, from their first SYN to the first SYN-ACK. */
  List<Waits.Event> openings() {
    Map<Integer, Long> first = new LinkedHashMap<>();
    Map<Integer, Long> accepted = new HashMap<>();
    for (Frame frame : atClient) {
      boolean syn = (frame.tcpFlags() & Frame.SYN) != 0;
      if (syn && isAsked(frame, LabTopology.WEB_PORT)) {
        first.putIfAbsent(frame.sourcePort(), frame.atMicros());
      } else if (syn && isAnswer(frame, LabTopology.WEB_PORT)) {
        accepted.putIfAbsent(frame.destinationPort(), frame.atMicros());
      }
    }
    List<Waits.Event> events = new ArrayList<>();
    first.forEach(
        (port, at) -> events.add(new Waits.Event(at, accepted.getOrDefault(port, Waits.NEVER))));
    return events;
  }

  /** Of new connections: until one was accepted. */
  Waits opened(long from, long to) {
    return Waits.of(openings(), from, to, end());
  }

  /**
   * From the first new connection of a time that was not accepted at once to the last of those, in
   * milliseconds; 0 if there was none.
   */
  double disturbedMillis(long from, long to) {
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (Waits.Event event : openings()) {
      boolean late = event.done() == Waits.NEVER || event.done() - event.at() > PROMPT_MICROS;
      if (late && event.at() >= from && event.at() < to) {
        first = Math.min(first, event.at());
        last = Math.max(last, event.at());
      }
    }
    return last < first ? 0 : (last - first) / 1e3;
  }

  /**
   * When the client's frames for the VIP went to another host than this, in milliseconds from a
   * time on; -1 if none did.
   */
  double movedMillis(LabHost holder, long from) {
    for (Frame frame : atClient) {
      boolean asks = frame.destination().equals(LabTopology.VIP);
      if (asks && frame.atMicros() >= from && !frame.destinationMac().equals(holder.mac())) {
        return (frame.atMicros() - from) / 1e3;
      }
    }
    return -1;
  }

  /** How long requests were on their way to the hosts in question. */
  Deliveries.Seen requests(Predicate<String> host, ServedBy servedBy, long from, long to) {
    Map<LabHost, List<Frame>> arrived = new LinkedHashMap<>();
    atHosts.forEach((at, frames) -> {
      if (host.test(at.name())) {
        arrived.put(at, frames.stream().filter(WireView::isRequest).toList());
      }
    });
    List<Frame> sent =
        atClient.stream()
            .filter(WireView::isRequest)
            .filter(frame -> frame.atMicros() >= from && frame.atMicros() < to)
            .toList();
    return Deliveries.of(sent, arrived, servedBy);
  }

  private static boolean isRequest(Frame frame) {
    return isAsked(frame, LabTopology.WEB_PORT) && (frame.tcpFlags() & Frame.SYN) == 0;
  }

  /** When the last frame was seen. */
  private long end() {
    return atClient.isEmpty() ? 0 : atClient.getLast().atMicros();
  }
}
