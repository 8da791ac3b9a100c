package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.Requirements;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.LabTopology;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Claim A14: what pages show comes from the CDN. */
@ExtendWith(ArrayExtension.class)
class CdnIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  private static String cdn(TestArray array) {
    return "http://%s:%d"
        .formatted(array.lab().topology().cdn().address(), LabTopology.SERVER_PORT);
  }

  private static long requestsAtCdn(TestArray array) throws Exception {
    String told = String.join("", array.curl(cdn(array) + "/whoami"));
    return JSON.readTree(told).path("requests").asLong();
  }

  @Test
  void everyNodeLeadsThePagesLinksToTheCdn(TestArray array) {
    String url = TestArray.url(LabTopology.PAGES_PORT, "/page");
    Set<String> nodes = new HashSet<>();
    await()
        .atMost(TestArray.PATIENCE)
        .until(() -> {
          List<String> page = array.curl("--compressed", url);
          assertThat(page)
              .contains(
                  "<img src=\"%1$s/picture.svg?1\"><img src='%1$s/picture.svg?2' srcset=\"%1$s/picture.svg?3 1x\">"
                      .formatted(cdn(array)));
          array.members().stream().filter(m -> pages(array, m) > 0).forEach(nodes::add);
          return nodes.size() > 1;
        });
    assertThat(array.curl(TestArray.url(LabTopology.PAGES_PORT, "/style.css")))
        .anyMatch(line -> line.contains("url(" + cdn(array) + "/picture.svg?4)"));
  }

  /** How many pages a member has rewritten. */
  private static long pages(TestArray array, String member) {
    JsonNode services = array.lab().admin(member).get("/v1/services").path("services");
    return StreamSupport.stream(services.spliterator(), false)
        .filter(service -> service.path("name").asText().equals("pages"))
        .mapToLong(service -> service.path("events").path("cdn_pages").asLong())
        .sum();
  }

  @Test
  void aBrowserShowsAPageWhosePicturesCameFromTheCdn(TestArray array) throws Exception {
    Requirements.program("chromium");
    long before = requestsAtCdn(array);
    List<String> shown =
        array
            .lab()
            .exec(
                "client",
                "timeout",
                "90",
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                "--user-data-dir=" + directory,
                "--virtual-time-budget=10000",
                "--dump-dom",
                TestArray.url(LabTopology.PAGES_PORT, "/page"))
            .lines()
            .toList();
    assertThat(String.join("", shown))
        .contains("<li>%s/picture.svg?1 64x32</li>".formatted(cdn(array)))
        .contains("<li>%s/picture.svg?3 64x32</li>".formatted(cdn(array)))
        .contains("<li>url(\"%s/picture.svg?4\")</li>".formatted(cdn(array)));
    assertThat(requestsAtCdn(array)).isGreaterThanOrEqualTo(before + 4);
  }
}
