package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class XdpConfigTest {

  @Test
  void sizesOutOfRangeAreNamedWithTheirRange() {
    assertThatThrownBy(() -> sizes(0, 7, 4, 4096))
        .hasMessage("maxSessions 0: allowed is 1 to 67108864");
    assertThatThrownBy(() -> sizes(1, 0, 4, 4096)).hasMessage("rowSize 0: allowed is 1 to 1048576");
    assertThatThrownBy(() -> sizes(1, 7, 1025, 4096))
        .hasMessage("maxServices 1025: allowed is 1 to 1024");
    assertThatThrownBy(() -> sizes(1, 7, 4, 5000))
        .hasMessage("eventBytes 5000: allowed is a power of two");
    assertThatThrownBy(() -> sizes(1, 1 << 20, 64, 4096))
        .hasMessage(
            "rowSize 1048576 for maxServices 64: allowed are 67108864 buckets together, two rows a"
                + " service");
  }

  private static XdpConfig sizes(int sessions, int row, int services, int events) {
    return new XdpConfig("eth0", Path.of("/sys/fs/bpf/x"), sessions, row, services, events, 0);
  }
}
