package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.LabTopology;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Claim A15: rewritten pages are kept, and forgotten by all members together. */
@ExtendWith(ArrayExtension.class)
class CacheIT {

  private static final String HIT = "cache-status: shunt; hit; ttl=";
  private static final String ALL = "{\"service\": \"pages\", \"all\": true}";

  /** More than members, so that each has to answer some of them. */
  private static final int REQUESTS = 40;

  private static String page(String query) {
    return TestArray.url(LabTopology.PAGES_PORT, "/page?max-age=600&" + query);
  }

  private static boolean isHit(List<String> response) {
    return response.stream().anyMatch(line -> line.toLowerCase(Locale.ROOT).startsWith(HIT));
  }

  /** A response's head and body, which leads to the CDN. */
  private static List<String> get(TestArray array, String url) {
    List<String> response = array.curl("-i", url);
    assertThat(response)
        .anyMatch(line ->
            line.contains(
                "<img src=\"http://%s:%d/picture.svg?1\">"
                    .formatted(array.lab().topology().cdn().address(), LabTopology.SERVER_PORT)));
    return response;
  }

  private static List<JsonNode> caches(TestArray array) {
    JsonNode told = array.lab().admin(array.scheduler()).get("/v1/cache?service=pages&members=all");
    assertThat(told.path("missing")).isEmpty();
    List<JsonNode> caches = StreamSupport.stream(told.path("caches").spliterator(), false).toList();
    assertThat(caches).hasSameSizeAs(array.members());
    return caches;
  }

  private static long sum(TestArray array, String figure) {
    return caches(array).stream().mapToLong(cache -> cache.path(figure).asLong()).sum();
  }

  private static long holding(TestArray array) {
    return caches(array).stream().filter(cache -> cache.path("entries").asLong() > 0).count();
  }

  /** Asks until every member has answered; returns how many had to ask a server for that. */
  private static long fill(TestArray array, String url) {
    long[] misses = {0};
    await()
        .atMost(TestArray.PATIENCE)
        .until(() -> {
          misses[0] += isHit(get(array, url)) ? 0 : 1;
          return holding(array) == array.members().size();
        });
    return misses[0];
  }

  @Test
  void aSecondRequestIsServedFromTheNodesCache(TestArray array) {
    array.lab().admin(array.scheduler()).post("/v1/cache/purge", ALL);
    long before = sum(array, "hits");
    List<List<String>> responses = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      responses.add(get(array, page("second")));
    }
    long hits = responses.stream().filter(CacheIT::isHit).count();
    assertThat(hits).isGreaterThanOrEqualTo(REQUESTS - array.members().size());
    assertThat(sum(array, "hits") - before).isEqualTo(hits);
    assertThat(responses.stream().filter(CacheIT::isHit))
        .allMatch(
            r -> r.stream().anyMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("age: ")));
  }

  @Test
  void whatEveryMemberKeepsIsForgottenByAllBeforeAPurgeReturns(TestArray array) {
    for (String order :
        List.of(
            ALL, "{\"tag\": \"news\"}", "{\"prefix\": \"http://%s:%d/pa\"}", "{\"url\": \"%s\"}")) {
      String url = page("tag=news");
      String purge =
          order.contains("%d")
              ? order.formatted(LabTopology.VIP, LabTopology.PAGES_PORT)
              : order.formatted(url);
      fill(array, url);
      for (String member : array.members()) {
        JsonNode report = array.lab().admin(member).post("/v1/cache/purge", purge);
        assertThat(report.path("members")).hasSameSizeAs(array.members());
        assertThat(report.path("members")).allMatch(each -> each.path("obeyed").asBoolean());
        assertThat(holding(array)).as("after %s at %s", purge, member).isZero();
        assertThat(fill(array, url)).isEqualTo(array.members().size());
      }
    }
  }

  @Test
  void aPurgeThatAMemberDoesNotHearNamesIt(TestArray array) {
    String frozen =
        array.members().stream()
            .filter(m -> !m.equals(array.scheduler()))
            .findFirst()
            .orElseThrow();
    array.lab().faults().freeze(frozen);
    assertThatThrownBy(() -> array.lab().admin(array.scheduler()).post("/v1/cache/purge", ALL))
        .hasMessageContaining("503")
        .hasMessageContaining(frozen);
  }
}
