package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.MacAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;

/**
 * An attacker of the live tests, in a network namespace: {@code start} floods the VIP until {@code
 * stop}, which answers how many SYNs were sent.
 */
final class FloodProcess {

  /** So many in a row: the kernel does nothing else on a CPU meanwhile. */
  private static final int BURST = 20_000;

  private static volatile boolean flooding = true;

  private FloodProcess() {}

  /** Arguments: the scheduler's address on the link, and the attacker's own. */
  public static void main(String[] args) throws Exception {
    try (SynFlood flood = SynFlood.open("eth0")) {
      flood.floodSyns(
          MacAddress.parse(args[0]),
          MacAddress.parse(args[1]),
          (Inet4Address) World.ip(World.VIP),
          World.HTTP_PORT);
      say("ready");
      BufferedReader commands =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        if (line.equals("start")) {
          say(run(flood, commands));
        } else {
          throw new IllegalArgumentException(line);
        }
      }
    }
  }

  private static String run(SynFlood flood, BufferedReader commands)
      throws IOException, InterruptedException {
    long[] sent = new long[1];
    Thread sender =
        Thread.ofPlatform()
            .start(() -> {
              while (flooding) {
                try {
                  flood.sendSyns(BURST);
                } catch (DataPlaneException e) {
                  throw new IllegalStateException(e);
                }
                sent[0] += BURST;
              }
            });
    say("flooding");
    String line = commands.readLine();
    flooding = false;
    sender.join();
    return line == null ? "ended" : Long.toString(sent[0]);
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
