package dev.shunt.ops.daemon;

import dev.shunt.cluster.CallException;
import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberCalls;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.node.ExplainedRequest;
import dev.shunt.node.Node;
import dev.shunt.ops.admin.AdminJson;
import dev.shunt.ops.admin.ControlException;
import dev.shunt.ops.admin.ControlException.Reason;
import dev.shunt.ops.admin.model.RequestReport;
import dev.shunt.ops.config.ArrayConfig;
import dev.shunt.replication.AddressText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds what was done with a request or with what was relayed: on this member's node, or by asking
 * the others. Thread-safe.
 */
final class RequestReports {

  private static final String TOPIC = "request";
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Pattern ID = Pattern.compile("[\\x21-\\x7e]{1,64}");
  private static final byte[] UNKNOWN = {};

  private final MemberId self;
  private final ArrayConfig config;
  private final Node node;
  private final MemberCalls calls;
  private final Supplier<MemberView> view;

  /** Answers the other members' questions from now on. */
  RequestReports(
      MemberId self, ArrayConfig config, Node node, MemberCalls calls, Supplier<MemberView> view) {
    this.self = self;
    this.config = config;
    this.node = node;
    this.calls = calls;
    this.view = view;
    calls.answer(TOPIC, this::answer);
  }

  private byte[] answer(byte[] question) {
    String id = new String(question, StandardCharsets.UTF_8);
    return own(id).map(r -> AdminJson.text(r).getBytes(StandardCharsets.UTF_8)).orElse(UNKNOWN);
  }

  /**
   * Waits for other members for a bounded time, where this one does not know the request.
   *
   * @throws ControlException if no member that answers does
   * @throws IllegalArgumentException if it cannot be an id
   */
  RequestReport find(String id) throws ControlException {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "request id: found '%s', allowed is what X-Request-Id said, 1 to 64 characters, or an access log's id"
              .formatted(id));
    }
    Optional<RequestReport> here = own(id);
    return here.isPresent() ? here.get() : elsewhere(id);
  }

  private Optional<RequestReport> own(String id) {
    return node.explain(id).map(this::report);
  }

  private RequestReport elsewhere(String id) throws ControlException {
    Map<MemberId, CompletableFuture<byte[]>> asked = new LinkedHashMap<>();
    for (Member member : view.get().nodes()) {
      if (!member.id().equals(self)) {
        byte[] question = id.getBytes(StandardCharsets.UTF_8);
        asked.put(member.id(), calls.ask(member.id(), TOPIC, question, PATIENCE));
      }
    }
    List<String> failures = new ArrayList<>();
    for (Map.Entry<MemberId, CompletableFuture<byte[]>> each : asked.entrySet()) {
      try {
        byte[] answer = each.getValue().get();
        if (answer.length > 0) {
          return AdminJson.read(answer, RequestReport.class);
        }
      } catch (ExecutionException e) {
        failures.add(why(e));
      } catch (IOException e) {
        failures.add("the answer of member '" + each.getKey() + "' cannot be read");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failures.add("interrupted");
      }
    }
    String unknown = "no member remembers a request " + id;
    throw failures.isEmpty()
        ? new ControlException(Reason.NOT_FOUND, unknown)
        : new ControlException(
            Reason.UNAVAILABLE, unknown + "; not heard: " + String.join("; ", failures));
  }

  private static String why(ExecutionException e) {
    return e.getCause() instanceof CallException told
        ? String.valueOf(told.getMessage())
        : e.toString();
  }

  private RequestReport report(ExplainedRequest request) {
    return new RequestReport(
        self.value(),
        request.id(),
        request.toldId().orElse(null),
        request.began().toString(),
        request.service(),
        AddressText.of(request.client()),
        request.encrypted(),
        orNull(request.protocol()),
        orNull(request.method()),
        orNull(request.host()),
        orNull(request.target()),
        request.rule().map(number -> number + 1).orElse(null),
        algorithm(request.service()),
        request.preferred().orElse(null),
        request.preferredBy().orElse(null),
        request.attempts().stream().map(RequestReports::attempt).toList(),
        Math.max(0, request.attempts().size() - 1),
        request.status() == 0 ? null : request.status(),
        request.reason().orElse(null),
        request.firstByte().map(RequestReports::millis).orElse(null),
        millis(request.total()),
        request.underWay(),
        request
            .relayed()
            .map(relayed -> relayed(relayed, request.protocol().equals("udp")))
            .orElse(null));
  }

  private static RequestReport.Relayed relayed(ExplainedRequest.Relayed r, boolean datagrams) {
    return new RequestReport.Relayed(
        datagrams ? r.datagramsIn() : null,
        datagrams ? r.datagramsOut() : null,
        r.bytesIn(),
        r.bytesOut(),
        r.end().orElse(null));
  }

  private static RequestReport.Attempt attempt(ExplainedRequest.Attempt attempt) {
    return new RequestReport.Attempt(
        attempt.server(),
        word(attempt.why()),
        attempt.underWay(),
        attempt.reused() ? "old" : "new",
        millis(attempt.at()),
        word(attempt.result()));
  }

  private String algorithm(String service) {
    return config.services().stream()
        .filter(s -> s.name().equals(service))
        .map(s -> word(s.serverAlgorithm()).replace('_', '-'))
        .findFirst()
        .orElse("");
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private static double millis(Duration time) {
    return TimeUnit.NANOSECONDS.toMicros(time.toNanos()) / 1_000.0;
  }
}
