package dev.shunt.scheduler.xdp;

import dev.shunt.cluster.Ticker;
import dev.shunt.scheduler.PathAnswer;
import dev.shunt.scheduler.PathChecks;
import dev.shunt.scheduler.VipPath;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A member of the live tests that only checks, run as a process of its own inside a network
 * namespace. Takes {@code SERVER VIP PORT LABEL} on standard input and says what came of it.
 */
final class VipCheckProcess {

  private static final long PATIENCE_MILLIS = 500;

  private VipCheckProcess() {}

  /** Argument: its own address. */
  public static void main(String[] args) throws Exception {
    InetAddress self = InetAddress.ofLiteral(args[0]);
    try (VipChecks checks =
        new VipChecks("eth0", self, true, new SecureRandom(), Ticker.system())) {
      checks.open();
      System.out.println("ready");
      BufferedReader commands =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        System.out.println(check(checks, line.split(" ", -1)));
      }
    }
  }

  private static String check(VipChecks checks, String[] words) throws Exception {
    VipPath path =
        new VipPath(
            InetAddress.ofLiteral(words[0]),
            InetAddress.ofLiteral(words[1]),
            Integer.parseInt(words[2]),
            Integer.parseInt(words[3]),
            false);
    CompletableFuture<PathAnswer> answer = new CompletableFuture<>();
    Optional<PathChecks.Check> begun = checks.begin(path, (said, _) -> answer.complete(said));
    if (begun.isEmpty()) {
      return PathAnswer.UNKNOWN_NEIGHBOUR.toString();
    }
    CompletableFuture.delayedExecutor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .execute(begun.get()::giveUp);
    return answer.get().toString();
  }
}
