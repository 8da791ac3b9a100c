package dev.shunt.node.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.cluster.Ticker;
import dev.shunt.node.HealthCheck;
import dev.shunt.node.TransportChoice;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.PathAnswer;
import dev.shunt.scheduler.PathChecks;
import dev.shunt.scheduler.Sight;
import dev.shunt.scheduler.VipPath;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class ServerWatchTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final InetSocketAddress NOWHERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
  private static final HealthCheck OFTEN =
      HealthCheck.tcp().every(Duration.ofMillis(20), Duration.ofMillis(20), 1, 1);

  @Test
  void aServerIsSeenUpWhileItListensAndDownAfterwards() throws Exception {
    ServerSocket listening = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    InetSocketAddress address = (InetSocketAddress) listening.getLocalSocketAddress();
    try (ServerWatch watch = watch(watched(address, OFTEN))) {
      assertThat(watch.sights()).containsExactly(Sight.UNKNOWN);
      watch.start();
      await().atMost(PATIENCE).until(() -> watch.sights().getFirst().isUp());
      listening.close();
      await().atMost(PATIENCE).until(() -> watch.sights().getFirst().equals(Sight.DOWN));
    }
  }

  @Test
  void withoutACheckAServerIsSeenUpAndDisturbedOnly() throws Exception {
    HealthCheck none = HealthCheck.none().every(Duration.ofMillis(20), Duration.ofMillis(20), 1, 1);
    try (ServerWatch watch = watch(watched(NOWHERE, none))) {
      watch.start();
      await().atMost(PATIENCE).until(() -> watch.sights().getFirst().isUp());
    }
  }

  @Test
  void throughTheVipTheAnswerAloneDecidesAndItsTimeCounts() throws Exception {
    AtomicReference<Optional<PathAnswer>> now = new AtomicReference<>(Optional.of(PathAnswer.OPEN));
    Queue<VipPath> asked = new ConcurrentLinkedQueue<>();
    Duration took = Duration.ofMillis(7);
    PathChecks paths =
        (path, listener) -> {
          asked.add(path);
          Optional<PathAnswer> answer = now.get();
          answer.ifPresent(a -> listener.answered(a, took));
          return answer.map(_ -> () -> {});
        };
    ServerWatch.Watched server = watched(NOWHERE, OFTEN.via(HealthCheck.Via.VIP));
    try (ServerWatch watch = watch(server, paths)) {
      watch.start();
      await().atMost(PATIENCE).until(() -> watch.sights().getFirst().equals(Sight.up(took)));
      // Whoever has no Ethernet address in time is down as well.
      now.set(Optional.empty());
      await().atMost(PATIENCE).until(() -> watch.sights().getFirst().equals(Sight.DOWN));
      now.set(Optional.of(PathAnswer.OPEN));
      await().atMost(PATIENCE).until(() -> watch.sights().getFirst().isUp());
      now.set(Optional.of(PathAnswer.REFUSED));
      await().atMost(PATIENCE).until(() -> watch.sights().getFirst().equals(Sight.DOWN));
    }
    assertThat(asked).containsOnly(server.path());
  }

  @Test
  void whoNeverAnswersIsGivenUpAfterTheTimeout() throws Exception {
    PathChecks paths =
        (_, listener) ->
            Optional.of(() -> listener.answered(PathAnswer.SILENT, Duration.ofMillis(20)));
    try (ServerWatch watch = watch(watched(NOWHERE, OFTEN.via(HealthCheck.Via.VIP)), paths)) {
      watch.start();
      await().atMost(PATIENCE).until(() -> watch.sights().getFirst().equals(Sight.DOWN));
    }
  }

  @Test
  void aServerOnThisMachineIsAskedForTheVipByAConnection() throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      VipPath path =
          new VipPath(
              InetAddress.getLoopbackAddress(),
              listening.getInetAddress(),
              listening.getLocalPort(),
              0,
              true);
      ServerWatch.Watched server =
          new ServerWatch.Watched("a", NOWHERE, OFTEN.via(HealthCheck.Via.VIP), path);
      try (ServerWatch watch = watch(server)) {
        watch.start();
        await().atMost(PATIENCE).until(() -> watch.sights().getFirst().isUp());
      }
    }
  }

  private static ServerWatch.Watched watched(InetSocketAddress address, HealthCheck check) {
    InetAddress vip = InetAddress.ofLiteral("203.0.113.10");
    return new ServerWatch.Watched(
        "a", address, check, new VipPath(address.getAddress(), vip, 80, 0, false));
  }

  private static ServerWatch watch(ServerWatch.Watched server) throws Exception {
    return watch(
        server,
        (_, _) -> {
          throw new DataPlaneException("no frames here");
        });
  }

  private static ServerWatch watch(ServerWatch.Watched server, PathChecks paths) throws Exception {
    return new ServerWatch(
        List.of(server), TransportChoice.NIO, paths, new Random(1), Ticker.system());
  }
}
