package dev.shunt.ops.daemon;

import dev.shunt.cluster.CallException;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberCalls;
import dev.shunt.cluster.MemberId;
import dev.shunt.node.CacheStats;
import dev.shunt.node.Node;
import dev.shunt.node.ResponseStore;
import dev.shunt.ops.admin.AdminJson;
import dev.shunt.ops.admin.ControlException;
import dev.shunt.ops.admin.ControlException.Reason;
import dev.shunt.ops.admin.PurgeOrder;
import dev.shunt.ops.admin.model.CacheReport;
import dev.shunt.ops.admin.model.CacheStatus;
import dev.shunt.ops.admin.model.PurgeReport;
import dev.shunt.ops.config.ArrayConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of what all members' nodes keep of responses, and makes all of them forget. Thread-safe.
 *
 * <p>Every configured member is asked, present or not: one that is out of sight may still answer
 * clients out of what it keeps.
 */
final class ResponseCaches {

  static final String STATS = "cache-stats";
  static final String PURGE = "cache-purge";

  private static final Logger log = LoggerFactory.getLogger(ResponseCaches.class);
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final MemberId self;
  private final List<MemberId> members;
  private final Node node;
  private final MemberCalls calls;

  /**
   * What a member tells of its stores.
   *
   * @param services the fields of {@link CacheStats} in their order, by service: without their
   *     names as many services as there can be fit into an answer
   */
  record Figures(Map<String, List<Long>> services) {}

  /**
   * What a member forgot.
   *
   * @param services how many responses, by service; empty where it has no store that was meant
   */
  record Dropped(Map<String, Integer> services) {}

  /** What a member answered, or why there is no answer. */
  private record Heard(String answer, String why) {}

  /** Obeys and answers the other members from now on. */
  ResponseCaches(MemberId self, ArrayConfig config, Node node, MemberCalls calls) {
    this.self = self;
    this.members =
        config.isStandalone()
            ? List.of(self)
            : config.members().stream().map(MemberAddress::id).toList();
    this.node = node;
    this.calls = calls;
    calls.answer(STATS, this::tell);
    calls.answer(PURGE, this::obey);
  }

  private Map<String, ResponseStore> stores(Optional<String> service) {
    Map<String, ResponseStore> all = node.responseStores();
    if (service.isEmpty()) {
      return all;
    }
    ResponseStore one = all.get(service.get());
    return one == null ? Map.of() : Map.of(service.get(), one);
  }

  private byte[] tell(byte[] service) {
    String name = new String(service, StandardCharsets.UTF_8);
    Map<String, List<Long>> figures = new TreeMap<>();
    stores(name.isEmpty() ? Optional.empty() : Optional.of(name))
        .forEach((each, store) -> figures.put(each, numbers(store.stats())));
    return bytes(AdminJson.text(new Figures(figures)));
  }

  private byte[] obey(byte[] question) {
    PurgeOrder order = PurgeOrder.read(new String(question, StandardCharsets.UTF_8));
    Map<String, Integer> dropped = new TreeMap<>();
    stores(order.service()).forEach((each, store) -> dropped.put(each, store.purge(order.what())));
    log.info("purge {}: responses dropped: {}", order, dropped);
    return bytes(AdminJson.text(new Dropped(dropped)));
  }

  /** This member's own. */
  CacheReport own() {
    return new CacheReport(
        self.value(),
        stores(Optional.empty()).entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(e -> CacheStatus.of(e.getKey(), self.value(), e.getValue().stats()))
            .toList(),
        List.of());
  }

  /** All members', this one among them; waits for the others for a bounded time. */
  CacheReport all(Optional<String> service) {
    List<CacheStatus> caches = new ArrayList<>();
    List<CacheReport.Missing> missing = new ArrayList<>();
    ask(STATS, bytes(service.orElse("")))
        .forEach((member, heard) -> {
          try {
            caches.addAll(statuses(member, heard));
          } catch (IOException e) {
            missing.add(new CacheReport.Missing(member.value(), String.valueOf(e.getMessage())));
          }
        });
    // Stable: within a service members stay in their order.
    caches.sort(Comparator.comparing(CacheStatus::service));
    return new CacheReport(self.value(), caches, missing);
  }

  private static List<CacheStatus> statuses(MemberId member, Heard heard) throws IOException {
    List<CacheStatus> found = new ArrayList<>();
    for (Map.Entry<String, List<Long>> each :
        read(member, heard, Figures.class).services().entrySet()) {
      found.add(CacheStatus.of(each.getKey(), member.value(), stats(member, each.getValue())));
    }
    return found;
  }

  /**
   * @throws ControlException if not all obeyed, or nobody has what is to be purged
   */
  PurgeReport purge(PurgeOrder order) throws ControlException {
    List<PurgeReport.OfMember> each = new ArrayList<>();
    ask(PURGE, bytes(order.toJson()))
        .forEach((member, heard) -> each.add(outcome(order, member, heard)));
    long dropped = each.stream().mapToLong(PurgeReport.OfMember::droppedInAll).sum();
    PurgeReport report = new PurgeReport(self.value(), dropped, each);
    String failures =
        each.stream()
            .filter(m -> !m.obeyed())
            .map(m -> String.valueOf(m.note()))
            .collect(Collectors.joining("; "));
    if (!failures.isEmpty()) {
      log.warn("purge {}: not obeyed by all members: {}", order, failures);
      throw new ControlException(
          Reason.UNAVAILABLE,
          "not all members obeyed: "
              + failures
              + "; they may still answer with what they keep: purge again",
          report);
    }
    if (each.stream().allMatch(m -> m.dropped().isEmpty())) {
      throw new ControlException(Reason.NOT_FOUND, own().lacks(order.service()));
    }
    return report;
  }

  private static PurgeReport.OfMember outcome(PurgeOrder order, MemberId member, Heard heard) {
    try {
      Map<String, Integer> dropped = read(member, heard, Dropped.class).services();
      String none =
          order
              .service()
              .map(name -> "keeps no responses of a service '" + name + "'")
              .orElse("no service keeps responses");
      return new PurgeReport.OfMember(
          member.value(), true, dropped, dropped.isEmpty() ? none : null);
    } catch (IOException e) {
      return PurgeReport.OfMember.failed(member.value(), String.valueOf(e.getMessage()));
    }
  }

  /** All at once, this member last, for it answers in this thread; in the configured order. */
  private SequencedMap<MemberId, Heard> ask(String topic, byte[] question) {
    Map<MemberId, CompletableFuture<byte[]>> asked = new LinkedHashMap<>();
    Stream.concat(members.stream().filter(m -> !m.equals(self)), Stream.of(self))
        .forEach(member -> asked.put(member, calls.ask(member, topic, question, PATIENCE)));
    SequencedMap<MemberId, Heard> heard = new LinkedHashMap<>();
    members.forEach(
        member -> heard.put(member, heard(member, Objects.requireNonNull(asked.get(member)))));
    return heard;
  }

  private static Heard heard(MemberId member, CompletableFuture<byte[]> answer) {
    try {
      return new Heard(new String(answer.get(), StandardCharsets.UTF_8), "");
    } catch (ExecutionException e) {
      return new Heard(
          "",
          e.getCause() instanceof CallException told
              ? String.valueOf(told.getMessage())
              : "member '" + member + "': " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Heard("", "member '" + member + "' was not waited for: interrupted");
    }
  }

  /**
   * @throws IOException if there was no answer or it is none, saying why
   */
  private static <T> T read(MemberId member, Heard heard, Class<T> type) throws IOException {
    if (!heard.why().isEmpty()) {
      throw new IOException(heard.why());
    }
    try {
      return AdminJson.read(bytes(heard.answer()), type);
    } catch (IOException e) {
      throw new IOException("the answer of member '" + member + "' cannot be read", e);
    }
  }

  private static List<Long> numbers(CacheStats s) {
    return List.of(
        s.hits(),
        s.validated(),
        s.collapsed(),
        s.stale(),
        s.misses(),
        s.bypassed(),
        s.stored(),
        s.refused(),
        s.evicted(),
        s.purged(),
        s.entries(),
        s.bytes(),
        s.mostBytes());
  }

  /** A newer version may append some. */
  private static CacheStats stats(MemberId member, List<Long> n) throws IOException {
    if (n.size() < 13) {
      throw new IOException(
          "member '%s' tells %d figures of a cache and not 13: another version"
              .formatted(member, n.size()));
    }
    return new CacheStats(
        n.get(0), n.get(1), n.get(2), n.get(3), n.get(4), n.get(5), n.get(6), n.get(7), n.get(8),
        n.get(9), n.get(10), n.get(11), n.get(12));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
