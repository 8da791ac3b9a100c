package dev.shunt.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FlowTest {

  @Test
  void theIdIsTheSameForTheSameFlowAndDiffersWithEachPartOfIt() {
    Flow flow = Flow.ofIpv4(Protocol.TCP, 0x0a4d0002, 4711, 0x0a4d0064, 80);

    assertThat(flow.id())
        .isEqualTo(Flow.ofIpv4(Protocol.TCP, 0x0a4d0002, 4711, 0x0a4d0064, 80).id());
    assertThat(flow.id()).matches("[0-9a-f]{12}");
    assertThat(Flow.ofIpv4(Protocol.UDP, 0x0a4d0002, 4711, 0x0a4d0064, 80).id())
        .isNotEqualTo(flow.id());
    assertThat(Flow.ofIpv4(Protocol.TCP, 0x0a4d0064, 80, 0x0a4d0002, 4711).id())
        .isNotEqualTo(flow.id());
    assertThat(Flow.ofIpv4(Protocol.TCP, 0x0a4d0002, 80, 0x0a4d0064, 4711).id())
        .isNotEqualTo(flow.id());
  }

  @Test
  void idsOfAHundredThousandNeighboursDiffer() {
    Set<String> ids = new HashSet<>();
    for (int client = 0; client < 10; client++) {
      for (int port = 0; port < 10_000; port++) {
        ids.add(Flow.ofIpv4(Protocol.TCP, 0x0a4d0002 + client, port, 0x0a4d0064, 80).id());
      }
    }
    assertThat(ids).hasSize(100_000);
  }
}
