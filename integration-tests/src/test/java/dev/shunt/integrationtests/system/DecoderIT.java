package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.Decoder;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.Capture;
import dev.shunt.ops.lab.LabTopology;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Claims L3 and L15: labels are MPLS shim headers to a decoder that is not ours. */
@ExtendWith(ArrayExtension.class)
class DecoderIT {

  private static final int REQUESTS = 30;
  private static final int MAX_FRAMES = 100_000;

  @Test
  void anIndependentDecoderReadsTargetsAndSessionsLabels(TestArray array) {
    List<String> read;
    try (Capture capture = array.lab().capture(array.scheduler(), "mpls", MAX_FRAMES)) {
      for (int i = 0; i < REQUESTS; i++) {
        array.curl("-o", "/dev/null", TestArray.url(LabTopology.WEB_PORT, "/bytes/1000"));
        array.curl("-o", "/dev/null", TestArray.url6("/bytes/1000"));
      }
      var _ = capture.stop();
      read =
          Decoder.fields(
              capture.file(),
              "mpls.label",
              "mpls.exp",
              "mpls.bottom",
              "mpls.ttl",
              "ip.dst",
              "ipv6.dst");
    }

    String target = "10(2[4-9]|30) 0 1 64 +10\\.77\\.0\\.100 *";
    String session = "\\d{4,7} 0 1 64 +10\\.77\\.0\\.100 *";
    String target6 = "10(2[5-9]|30) 0 1 64 +fd00:77::100";
    assertThat(read)
        .allMatch(line -> line.matches(target + "|" + session + "|" + target6))
        .anyMatch(line -> line.matches(target))
        .anyMatch(line -> line.matches(session) && isSessions(line))
        .anyMatch(line -> line.matches(target6));
  }

  private static boolean isSessions(String line) {
    int label = Integer.parseInt(line.substring(0, line.indexOf(' ')));
    return label >= 8193 && label % 2 == 1;
  }
}
