package dev.shunt.ops.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class KeepalivedPairTest {

  @Test
  void theConfigurationIsOfVersion3SoThatIntervalsBelowASecondCount() {
    assertThat(KeepalivedPair.configuration("m1", 100, Duration.ofMillis(100)))
        .contains("router_id m1\n", "  version 3\n", "  priority 100\n", "  advert_int 0.10\n")
        .contains("    10.77.0.100/32 dev eth0\n");
  }

  @Test
  void theStateIsTheOneThatWasEnteredLast() {
    String log =
        """
        Mon Nov 23 17:47:01 2026: (lab) Entering BACKUP STATE (init)
        Mon Nov 23 17:47:05 2026: (lab) Entering MASTER STATE
        Mon Nov 23 17:47:05 2026: (lab) Sending/queueing gratuitous ARPs on eth0
        """;
    assertThat(KeepalivedPair.lastState(log)).isEqualTo("MASTER");
    assertThat(KeepalivedPair.lastState("Starting VRRP child process\n")).isEmpty();
  }
}
