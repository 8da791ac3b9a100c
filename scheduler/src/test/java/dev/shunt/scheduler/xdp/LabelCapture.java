package dev.shunt.scheduler.xdp;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The labels on a wire, in words: who sent which to whom. */
final class LabelCapture {

  private static final Pattern LABELLED =
      Pattern.compile("(\\S+) > (\\S+), .*MPLS \\(label (\\d+),");

  private final LiveNetwork network;
  private final Path folder;
  private final String balancer;
  private final String server;
  private final String filter;

  /** Listens to the wire of the balancer's host. */
  LabelCapture(LiveNetwork network, Path folder, String balancer, String server) {
    // The word mpls shifts what is behind it, so it comes last.
    this(network, folder, balancer, server, "udp port 9 or mpls");
  }

  LabelCapture(LiveNetwork network, Path folder, String balancer, String server, String filter) {
    this.filter = filter;
    this.network = network;
    this.folder = folder;
    this.balancer = balancer;
    this.server = server;
  }

  /** Runs it and tells the labels on the balancer's wire, as a program that is not ours decodes. */
  List<String> during(Runnable traffic) throws IOException {
    Path file = folder.resolve("labels");
    List<String> command = new ArrayList<>(network.enter(LiveNetwork.SWITCH));
    command.addAll(List.of("timeout", "60", "tcpdump", "--immediate-mode", "-enl"));
    command.addAll(List.of("-i", "p" + balancer, filter));
    Process capture = new ProcessBuilder(command).redirectOutput(file.toFile()).start();
    try (BufferedReader says =
        new BufferedReader(
            new InputStreamReader(capture.getErrorStream(), StandardCharsets.UTF_8))) {
      String line = says.readLine();
      while (line != null && !line.startsWith("listening on")) {
        line = says.readLine();
      }
      traffic.run();
      // What was captured before this datagram is written before it.
      network.in(balancer, "bash", "-c", "echo > /dev/udp/198.51.100.7/9");
      await().until(() -> Files.readString(file).contains("198.51.100.7.9: UDP"));
    } finally {
      capture.destroy();
    }
    List<String> labels = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      Matcher matcher = LABELLED.matcher(line);
      if (matcher.find()) {
        labels.add(host(matcher.group(1)) + " " + matcher.group(3) + " " + host(matcher.group(2)));
      }
    }
    return labels;
  }

  private String host(String mac) {
    if (mac.equals(LiveNetwork.mac(server).toString())) {
      return "server";
    }
    return mac.equals(LiveNetwork.mac(balancer).toString()) ? "balancer" : "client";
  }
}
