package dev.shunt.ops.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.cluster.CallException;
import dev.shunt.cluster.MemberCalls;
import dev.shunt.cluster.MemberId;
import dev.shunt.node.ExplainedRequest;
import dev.shunt.ops.admin.ControlException;
import dev.shunt.ops.admin.model.RequestReport;
import dev.shunt.ops.config.ArrayConfig;
import dev.shunt.ops.config.ConfigException;
import dev.shunt.ops.config.Yaml;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RequestReportsTest {

  private static final MemberId M2 = new MemberId("m2");

  /** Three members that call each other; whoever is silent does not answer. */
  private final Map<MemberId, MemberCalls.Answerer> answerers = new HashMap<>();

  private final Map<MemberId, String> silent = new HashMap<>();
  private final FakeNode here = new FakeNode();
  private final FakeNode there = new FakeNode();
  private final RequestReports asked = reports(Three.SELF, here);

  RequestReportsTest() {
    reports(M2, there);
    reports(new MemberId("m3"), new FakeNode());
  }

  private RequestReports reports(MemberId self, FakeNode node) {
    return new RequestReports(
        self,
        array(),
        node,
        new Calls(self),
        () -> Three.view(Three.well(1), Three.well(2), Three.well(3)));
  }

  private static ArrayConfig array() {
    try {
      return Yaml.read(Yaml.FULL).array();
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
      answerers.put(self, answerer);
    }

    @Override
    public CompletableFuture<byte[]> ask(
        MemberId member, String topic, byte[] question, Duration patience) {
      String why = silent.get(member);
      return why == null
          ? CompletableFuture.completedFuture(
              Objects.requireNonNull(answerers.get(member)).answer(question))
          : CompletableFuture.failedFuture(new CallException(why));
    }
  }

  private static ExplainedRequest request(String id) {
    return new ExplainedRequest(
        id,
        Optional.empty(),
        Instant.EPOCH,
        "web",
        new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 4711),
        true,
        "h2",
        "GET",
        "a.example",
        "/",
        Optional.of(0),
        Optional.empty(),
        Optional.empty(),
        List.of(
            new ExplainedRequest.Attempt(
                "s1",
                ExplainedRequest.Why.BALANCED,
                2,
                false,
                Duration.ofNanos(1_234_567),
                ExplainedRequest.Result.RESPONDED)),
        200,
        Optional.empty(),
        Optional.of(Duration.ofMillis(2)),
        Duration.ofMillis(3),
        false,
        Optional.empty());
  }

  private static ExplainedRequest relayed(String protocol, ExplainedRequest.Relayed relayed) {
    return new ExplainedRequest(
        "r",
        Optional.empty(),
        Instant.EPOCH,
        "web",
        new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 4711),
        false,
        protocol,
        "",
        "",
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        0,
        Optional.empty(),
        Optional.empty(),
        Duration.ofMillis(3),
        relayed.end().isEmpty(),
        Optional.of(relayed));
  }

  @Test
  void datagramsAreToldOfSessionsOfDatagramsOnly() throws ControlException {
    here.remembered.put(
        "r", relayed("udp", new ExplainedRequest.Relayed(3, 2, 30, 20, Optional.of("idle"))));
    assertThat(asked.find("r").relayed())
        .isEqualTo(new RequestReport.Relayed(3L, 2L, 30, 20, "idle"));
    assertThat(asked.find("r").status()).isNull();

    here.remembered.put(
        "r", relayed("tcp", new ExplainedRequest.Relayed(0, 0, 30, 20, Optional.empty())));
    assertThat(asked.find("r").relayed())
        .isEqualTo(new RequestReport.Relayed(null, null, 30, 20, null));
  }

  @Test
  void whatTheOwnNodeRemembersIsTold() throws ControlException {
    here.remembered.put("a", request("a"));
    RequestReport report = asked.find("a");

    assertThat(report.member()).isEqualTo("m1");
    assertThat(report.client()).isEqualTo("192.0.2.7:4711");
    assertThat(report.rule()).isEqualTo(1);
    assertThat(report.retries()).isZero();
    assertThat(report.attempts().getFirst().atMillis()).isEqualTo(1.234);
    assertThat(report.attempts().getFirst().result()).isEqualTo("responded");
    assertThat(report.relayed()).isNull();
  }

  @Test
  void whatAnotherMembersNodeRemembersIsToldAsThatMemberTellsIt() throws ControlException {
    there.remembered.put("b", request("b"));
    assertThat(asked.find("b").member()).isEqualTo("m2");
    silent.put(new MemberId("m3"), "member 'm3' did not answer within PT2S");
    assertThat(asked.find("b").member()).isEqualTo("m2");
  }

  @Test
  void whatNobodyRemembersIsUnknownAndWhoWasNotHeardIsNamed() {
    assertThatThrownBy(() -> asked.find("c"))
        .isInstanceOf(ControlException.class)
        .hasMessage("no member remembers a request c");
    silent.put(new MemberId("m3"), "member 'm3' did not answer within PT2S");
    assertThatThrownBy(() -> asked.find("c"))
        .isInstanceOf(ControlException.class)
        .hasMessage(
            "no member remembers a request c; not heard: member 'm3' did not answer within PT2S");
  }

  @Test
  void whatCannotBeAnIdIsRefused() {
    for (String id : List.of("", "a b", "x".repeat(65), "ä")) {
      assertThatThrownBy(() -> asked.find(id))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("allowed is what X-Request-Id said, 1 to 64 characters");
    }
  }
}
