package dev.shunt.ops.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.shunt.cluster.CallException;
import dev.shunt.cluster.MemberCalls;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.local.AnswerDesk;
import dev.shunt.node.CachePurge;
import dev.shunt.node.CacheStats;
import dev.shunt.node.ResponseStore;
import dev.shunt.ops.admin.ControlException;
import dev.shunt.ops.admin.PurgeOrder;
import dev.shunt.ops.admin.model.CacheReport;
import dev.shunt.ops.admin.model.CacheStatus;
import dev.shunt.ops.admin.model.PurgeReport;
import dev.shunt.ops.config.ArrayConfig;
import dev.shunt.ops.config.ConfigException;
import dev.shunt.ops.config.Yaml;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Three members that call each other. */
class ResponseCachesTest {

  private static final MemberId M1 = Three.SELF;
  private static final MemberId M2 = new MemberId("m2");
  private static final MemberId M3 = new MemberId("m3");

  private final Map<MemberId, AnswerDesk> desks = new HashMap<>();

  /** Whose questions nobody answers, and what is told then. */
  private final Map<MemberId, String> silent = new HashMap<>();

  private final FakeNode here = new FakeNode();
  private final FakeNode there = new FakeNode();
  private final FakeNode third = new FakeNode();
  private final ResponseCaches asked = caches(M1, Yaml.FULL, here);

  ResponseCachesTest() {
    caches(M2, Yaml.FULL, there);
    caches(M3, Yaml.FULL, third);
  }

  private ResponseCaches caches(MemberId self, String yaml, FakeNode node) {
    desks.put(self, new AnswerDesk(self));
    return new ResponseCaches(self, array(yaml), node, new Calls(self));
  }

  private static ArrayConfig array(String yaml) {
    try {
      return Yaml.read(yaml).array();
    } catch (ConfigException e) {
      throw new IllegalStateException("the configuration of the tests", e);
    }
  }

  private final class Calls implements MemberCalls {
    private final MemberId self;

    Calls(MemberId self) {
      this.self = self;
    }

    @Override
    public void answer(String topic, Answerer answerer) {
      desk(self).answer(topic, answerer);
    }

    @Override
    public CompletableFuture<byte[]> ask(
        MemberId member, String topic, byte[] question, Duration patience) {
      String why = silent.get(member);
      return why == null
          ? desk(member).ask(member, topic, question, patience)
          : CompletableFuture.failedFuture(new CallException(why));
    }
  }

  private AnswerDesk desk(MemberId member) {
    return Objects.requireNonNull(desks.get(member));
  }

  /** A store that drops as many responses each time, and remembers what it was told. */
  private static final class Store implements ResponseStore {
    private final List<CachePurge> purges = new CopyOnWriteArrayList<>();
    private final int each;

    Store(int each) {
      this.each = each;
    }

    @Override
    public CacheStats stats() {
      return new CacheStats(each, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
    }

    @Override
    public int purge(CachePurge what) {
      purges.add(what);
      return each;
    }
  }

  private static Store keeps(FakeNode node, String service, int each) {
    Store store = new Store(each);
    node.stores.put(service, store);
    return store;
  }

  private static PurgeOrder order(String json) {
    return PurgeOrder.read(json);
  }

  private ControlException refused(String json) {
    return Objects.requireNonNull(
        catchThrowableOfType(ControlException.class, () -> asked.purge(order(json))));
  }

  @Test
  void allMembersHavePurgedWhenTheAnswerComes() throws ControlException {
    Store web1 = keeps(here, "web", 3);
    Store web2 = keeps(there, "web", 4);
    Store shop3 = keeps(third, "shop", 5);

    PurgeReport report = asked.purge(order("{\"prefix\":\"https://a.example/x\"}"));

    CachePurge prefix = new CachePurge(CachePurge.Kind.PREFIX, "https://a.example/x");
    assertThat(web1.purges).containsExactly(prefix);
    assertThat(web2.purges).containsExactly(prefix);
    assertThat(shop3.purges).containsExactly(prefix);
    assertThat(report.member()).isEqualTo("m1");
    assertThat(report.dropped()).isEqualTo(12);
    assertThat(report.members())
        .containsExactly(
            new PurgeReport.OfMember("m1", true, Map.of("web", 3), null),
            new PurgeReport.OfMember("m2", true, Map.of("web", 4), null),
            new PurgeReport.OfMember("m3", true, Map.of("shop", 5), null));
  }

  @Test
  void everyKindOfPurgeReachesTheOthersAsItWasMeant() throws ControlException {
    Store store = keeps(there, "web", 1);
    asked.purge(order("{\"all\":true}"));
    asked.purge(order("{\"url\":\"http://a.example/?q=\\\"1|2\\\"\"}"));
    asked.purge(order("{\"tag\":\"product-7\"}"));
    assertThat(store.purges)
        .containsExactly(
            CachePurge.all(),
            new CachePurge(CachePurge.Kind.URL, "http://a.example/?q=\"1|2\""),
            new CachePurge(CachePurge.Kind.TAG, "product-7"));
  }

  @Test
  void aPurgeOfOneServiceLeavesOthersAloneAndWhoHasNoSuchServiceSaysSo() throws ControlException {
    Store web = keeps(here, "web", 3);
    Store shop = keeps(here, "shop", 4);
    keeps(there, "shop", 5);

    PurgeReport report = asked.purge(order("{\"service\":\"web\",\"all\":true}"));

    assertThat(web.purges).hasSize(1);
    assertThat(shop.purges).isEmpty();
    assertThat(report.dropped()).isEqualTo(3);
    assertThat(report.members().get(1))
        .isEqualTo(
            new PurgeReport.OfMember(
                "m2", true, Map.of(), "keeps no responses of a service 'web'"));
  }

  @Test
  void aMemberThatDoesNotAnswerIsNamedAndTheOthersHavePurgedAllTheSame() {
    keeps(here, "web", 3);
    Store web3 = keeps(third, "web", 4);
    silent.put(M2, "member 'm2' did not answer within PT3S");

    ControlException refused = refused("{\"all\":true}");

    assertThat(refused.reason()).isEqualTo(ControlException.Reason.UNAVAILABLE);
    assertThat(refused)
        .hasMessageStartingWith(
            "not all members obeyed: member 'm2' did not answer within PT3S; they may still");
    PurgeReport done = refused.purge().orElseThrow();
    assertThat(done.dropped()).isEqualTo(7);
    assertThat(done.members())
        .extracting(PurgeReport.OfMember::member, PurgeReport.OfMember::obeyed)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("m1", true),
            org.assertj.core.groups.Tuple.tuple("m2", false),
            org.assertj.core.groups.Tuple.tuple("m3", true));
    assertThat(web3.purges).hasSize(1);
  }

  @Test
  void aMemberThatIsNotPresentMakesItAnError() {
    keeps(here, "web", 3);
    silent.put(M2, "member 'm2' is not present");
    assertThat(refused("{\"all\":true}")).hasMessageContaining("member 'm2' is not present");
  }

  @Test
  void aMemberWhoseStoreFailsOrWhoseVersionKnowsNoPurgeIsNamed() {
    keeps(here, "web", 3);
    third.stores.put(
        "web",
        new ResponseStore() {
          @Override
          public CacheStats stats() {
            throw new IllegalStateException("the store fails on purpose");
          }

          @Override
          public int purge(CachePurge what) {
            throw new IllegalStateException("the store fails on purpose");
          }
        });
    desks.put(M2, new AnswerDesk(M2));

    assertThat(refused("{\"all\":true}"))
        .hasMessageContaining("member 'm2' knows no questions about 'cache-purge'")
        .hasMessageContaining("member 'm3': the store fails on purpose");
    assertThat(asked.all(Optional.empty()).missing())
        .containsExactly(
            new CacheReport.Missing("m2", "member 'm2' knows no questions about 'cache-stats'"),
            new CacheReport.Missing("m3", "member 'm3': the store fails on purpose"));
  }

  @Test
  void anOrderThatAMemberDoesNotUnderstandIsRefusedAndDropsNothing() {
    Store store = keeps(here, "web", 3);
    CompletableFuture<byte[]> answer =
        desk(M1)
            .ask(
                M1,
                ResponseCaches.PURGE,
                "{\"all\":true,\"host\":\"a.example\"}".getBytes(StandardCharsets.UTF_8),
                Duration.ZERO);
    assertThat(answer)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("member 'm1': body: found key 'host', allowed are all, prefix");
    assertThat(store.purges).isEmpty();
  }

  @Test
  void anAnswerThatIsNoneIsAFailure() {
    keeps(here, "web", 3);
    desk(M2).answer(ResponseCaches.PURGE, _ -> new byte[0]);
    desk(M2).answer(ResponseCaches.STATS, _ -> bytes("{\"services\":{\"web\":[1,2]}}"));
    assertThat(refused("{\"all\":true}"))
        .hasMessageContaining("the answer of member 'm2' cannot be read");
    assertThat(asked.all(Optional.empty()).missing())
        .extracting(CacheReport.Missing::why)
        .containsExactly("member 'm2' tells 2 figures of a cache and not 13: another version");
  }

  @Test
  void whereNoServiceKeepsResponsesAPurgeIsAMistake() {
    assertThat(refused("{\"all\":true}")).hasMessage("no service keeps responses");
    keeps(here, "web", 3);
    keeps(here, "a", 3);
    ControlException refused = refused("{\"all\":true,\"service\":\"wbe\"}");
    assertThat(refused.reason()).isEqualTo(ControlException.Reason.NOT_FOUND);
    assertThat(refused).hasMessage("no service 'wbe' that keeps responses; those that do: a, web");
  }

  @Test
  void figuresOfAllMembersStandByServiceAndByMember() {
    keeps(here, "web", 90);
    keeps(here, "shop", 0);
    keeps(there, "web", 1);
    silent.put(M3, "member 'm3' is not present");

    CacheReport report = asked.all(Optional.empty());

    assertThat(report.caches())
        .extracting(CacheStatus::service, CacheStatus::member, CacheStatus::hits)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("shop", "m1", 0L),
            org.assertj.core.groups.Tuple.tuple("web", "m1", 90L),
            org.assertj.core.groups.Tuple.tuple("web", "m2", 1L));
    assertThat(report.caches().getLast())
        .as("as if it had been this member's own")
        .isEqualTo(CacheStatus.of("web", "m2", new Store(1).stats()));
    assertThat(report.missing())
        .containsExactly(new CacheReport.Missing("m3", "member 'm3' is not present"));
    assertThat(asked.all(Optional.of("shop")).caches()).hasSize(1);
    assertThat(asked.own().caches()).hasSize(2);
  }

  @Test
  void asManyServicesAsThereCanBeFitIntoAnAnswer() {
    for (int i = 0; i < 256; i++) {
      there.stores.put("a-service-with-a-long-name-" + i, new Large());
    }
    assertThat(asked.all(Optional.empty()).caches()).hasSize(256);
  }

  /** Counts of a member that has been busy for years. */
  private static final class Large implements ResponseStore {
    @Override
    public CacheStats stats() {
      long many = 99_999_999_999_999L;
      return new CacheStats(
          many, many, many, many, many, many, many, many, many, many, many, many, many);
    }

    @Override
    public int purge(CachePurge what) {
      return 0;
    }
  }

  @Test
  void aDaemonWithoutAnArrayPurgesAloneAndAsksNobody() throws ControlException {
    silent.put(M2, "nobody must be asked");
    MemberId alone = new MemberId("alone");
    Store store = keeps(here, "web", 3);
    ResponseCaches lone =
        caches(
            alone,
            "services:\n  - {name: web, listen: 127.0.0.1:8080, servers: [127.0.0.1:1]}\n",
            here);

    assertThat(lone.purge(order("{\"all\":true}")).members())
        .containsExactly(new PurgeReport.OfMember("alone", true, Map.of("web", 3), null));
    assertThat(store.purges).hasSize(1);
    assertThat(lone.all(Optional.empty()).caches())
        .extracting(CacheStatus::member)
        .containsExactly("alone");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
