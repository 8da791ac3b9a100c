package dev.shunt.node.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.cluster.Ticker;
import dev.shunt.node.HealthCheck;
import dev.shunt.node.TransportChoice;
import dev.shunt.scheduler.Sight;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ServerWatchTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final HealthCheck OFTEN =
      HealthCheck.tcp().every(Duration.ofMillis(20), Duration.ofMillis(20), 1, 1);

  @Test
  void aServerIsSeenUpWhileItListensAndDownAfterwards() throws Exception {
    ServerSocket listening = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    InetSocketAddress address = (InetSocketAddress) listening.getLocalSocketAddress();
    try (ServerWatch watch = watch(new ServerWatch.Watched("a", address, OFTEN))) {
      assertThat(watch.sights()).containsExactly(Sight.UNKNOWN);
      watch.start();
      await().atMost(PATIENCE).until(() -> watch.sights().getFirst().isUp());
      listening.close();
      await().atMost(PATIENCE).until(() -> watch.sights().getFirst().equals(Sight.DOWN));
    }
  }

  @Test
  void withoutACheckAServerIsSeenUpAndDisturbedOnly() throws Exception {
    InetSocketAddress nowhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    HealthCheck none =
        new HealthCheck(
            HealthCheck.Kind.NONE,
            "/",
            "localhost",
            200,
            399,
            Duration.ofMillis(20),
            Duration.ofMillis(20),
            1,
            1);
    try (ServerWatch watch = watch(new ServerWatch.Watched("a", nowhere, none))) {
      watch.start();
      await().atMost(PATIENCE).until(() -> watch.sights().getFirst().isUp());
    }
  }

  private static ServerWatch watch(ServerWatch.Watched server) throws Exception {
    return new ServerWatch(List.of(server), TransportChoice.NIO, new Random(1), Ticker.system());
  }
}
