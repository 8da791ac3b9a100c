package dev.shunt.scheduler.xdp;

import dev.shunt.cluster.Ticker;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.edge.EdgeConfig;
import dev.shunt.scheduler.edge.EdgeRole;
import dev.shunt.scheduler.edge.LearnedLabel;
import dev.shunt.scheduler.edge.Prefix;
import dev.shunt.scheduler.edge.TunnelEnds;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An edge of the live tests, run as a process of its own inside a network namespace. Obeys commands
 * on standard input, one a line, and answers each with one line.
 */
final class EdgeProcess {

  private EdgeProcess() {}

  /**
   * Arguments: role, pin directory, and where labels come in UDP this host's address and a
   * member's.
   */
  public static void main(String[] args) throws Exception {
    EdgeConfig config =
        new EdgeConfig(
            "eth0",
            EdgeRole.valueOf(args[0]),
            List.of(Prefix.parse(World.VIP), Prefix.parse(World.VIP6)),
            Path.of(args[1]),
            1000,
            Duration.ofSeconds(10),
            args.length == 2
                ? TunnelEnds.NONE
                : new TunnelEnds(
                    List.of(InetAddress.ofLiteral(args[2])), List.of(Prefix.parse(args[3]))));
    try (XdpEdge edge = XdpEdge.open(config, Ticker.system())) {
      System.out.println("ready adopted=" + edge.adopted());
      BufferedReader commands =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        System.out.println(obey(edge, config, line));
      }
    }
  }

  private static String obey(XdpEdge edge, EdgeConfig config, String line)
      throws DataPlaneException {
    String[] words = line.split(" ", -1);
    return switch (words[0]) {
      case "outcome" -> String.valueOf(edge.status().counters().get(words[1]));
      case "labels" ->
          edge.status().labels().stream()
              .map(LearnedLabel::label)
              .map(String::valueOf)
              .collect(Collectors.joining(" "));
      case "remove" -> {
        edge.close();
        XdpEdge.remove(config.networkInterface(), config.pinDirectory());
        yield "done";
      }
      default -> throw new IllegalArgumentException(line);
    };
  }
}
