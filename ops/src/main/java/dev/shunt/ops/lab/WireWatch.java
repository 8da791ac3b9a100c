package dev.shunt.ops.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Captures at the switch's ports of a client and of the hosts that share a VIP: numbered datagrams
 * ({@link LoadBeats}) and their answers, requests, and the openings of connections. Begin it before
 * the load.
 */
final class WireWatch implements AutoCloseable {

  private static final int MAX_FRAMES = 400_000;
  private static final String TO_VIP =
      "(dst host %1$s and (udp dst port %2$d or (tcp dst port %3$d and tcp[tcpflags] & (tcp-syn|tcp-push) != 0)))"
          .formatted(LabTopology.VIP, LabTopology.ECHO_PORT, LabTopology.WEB_PORT);
  private static final String FROM_VIP =
      "(src host %1$s and (udp src port %2$d or (tcp src port %3$d and tcp[tcpflags] & (tcp-syn|tcp-rst) != 0)))"
          .formatted(LabTopology.VIP, LabTopology.ECHO_PORT, LabTopology.WEB_PORT);
  private static final String AT_CLIENT = TO_VIP + " or " + FROM_VIP;
  // In this order: after the word mpls, a filter looks for everything inside the label.
  private static final String AT_HOST = "%s or (mpls and %s)".formatted(AT_CLIENT, TO_VIP);

  private final Map<LabHost, Capture> atHosts;
  private final Capture atClient;

  private WireWatch(Map<LabHost, Capture> atHosts, Capture atClient) {
    this.atHosts = atHosts;
    this.atClient = atClient;
  }

  static WireWatch start(Lab lab, List<LabHost> hosts) {
    Map<LabHost, Capture> atHosts = new LinkedHashMap<>();
    try {
      for (LabHost host : hosts) {
        atHosts.put(host, lab.capture(host.name(), AT_HOST, MAX_FRAMES));
      }
      // Last here and first to end: all that it sees has its way to a host within their time.
      return new WireWatch(
          atHosts, lab.capture(lab.topology().client().name(), AT_CLIENT, MAX_FRAMES));
    } catch (LabException e) {
      atHosts.values().forEach(Capture::close);
      throw e;
    }
  }

  /** Which host has answered datagrams last, by the client's port. */
  Map<Integer, String> beatsServedBy() {
    Map<Integer, String> servedBy = new HashMap<>();
    atHosts.forEach((host, capture) ->
        WireView.beatAnswers(capture.frames())
            .forEach(frame -> servedBy.put(frame.destinationPort(), host.name())));
    return servedBy;
  }

  /** Ends, and answers what was seen. */
  WireView stop() {
    List<Frame> client = atClient.stop();
    Map<LabHost, List<Frame>> hosts = new LinkedHashMap<>();
    atHosts.forEach((host, capture) -> hosts.put(host, capture.stop()));
    return new WireView(client, hosts);
  }

  /** Ends and removes the captures' files. */
  @Override
  public void close() {
    atClient.close();
    atHosts.values().forEach(Capture::close);
    remove(atClient.file());
    atHosts.values().forEach(capture -> remove(capture.file()));
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new LabException(file + ": " + e.getMessage(), e);
    }
  }
}
