package dev.shunt.ops.daemon;

import static dev.shunt.ops.daemon.Three.view;
import static dev.shunt.ops.daemon.Three.well;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.ops.admin.ControlException;
import dev.shunt.ops.admin.LineStream;
import dev.shunt.ops.admin.model.SessionEntry;
import dev.shunt.ops.admin.model.TraceLine;
import dev.shunt.ops.admin.model.WhereGoes;
import dev.shunt.ops.config.ArrayConfig;
import dev.shunt.ops.config.ConfigException;
import dev.shunt.ops.config.Yaml;
import dev.shunt.replication.local.LocalReplication;
import dev.shunt.replication.local.LocalSessionTable;
import dev.shunt.scheduler.Algorithm;
import dev.shunt.scheduler.Balance;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Explanation;
import dev.shunt.scheduler.Explanation.Verdict;
import dev.shunt.scheduler.LabelAction;
import dev.shunt.scheduler.LabelEntry;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.PacketSummary;
import dev.shunt.scheduler.Probe;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.SessionKeeper;
import dev.shunt.scheduler.SessionTimeouts;
import dev.shunt.scheduler.TraceFilter;
import dev.shunt.scheduler.TracedPacket;
import dev.shunt.scheduler.admission.LoadShedder;
import dev.shunt.scheduler.xdp.FakeDataPlane;
import dev.shunt.scheduler.xdp.FakeInspector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InspectionTest {

  private static final int M2 = 1026;
  private static final int LABEL = 8195;
  private static final SessionEntry SESSION =
      new SessionEntry(
          "0123456789ab",
          "tcp",
          "198.51.100.7:40000",
          "10.77.0.100:80",
          "web",
          "m2",
          M2,
          LABEL,
          LABEL + 1,
          "established",
          "1.1",
          5);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Probe PROBE =
      new Probe(
          Probe.Kind.SYN,
          end("198.51.100.7", 40_000),
          end("10.77.0.100", 80),
          OptionalInt.empty(),
          OptionalInt.empty(),
          0);

  private final AtomicLong clock = new AtomicLong(Duration.ofHours(1).toNanos());
  private final FakeDataPlane kernel = new FakeDataPlane(Three.MAC, clock::get, 100);
  private final FakeInspector inspector = kernel.inspector();
  private final LocalSessionTable table = new LocalReplication(Three.SELF).sessions();
  private Inspection inspection = inspection(Optional.empty());
  private LayerFour layer;

  @BeforeEach
  void start() throws DataPlaneException {
    var keeper = new SessionKeeper(table, kernel, SessionTimeouts.DEFAULT, () -> 1_000, _ -> {});
    layer =
        new LayerFour(
            Three.scheduler(),
            new LoadShedder(List.of(Three.WEB)),
            keeper,
            kernel,
            () -> {},
            Map::of,
            Map::of,
            table,
            Optional.empty(),
            Optional.empty(),
            Duration.ofMillis(250),
            clock::get);
    layer.start();
    layer.step(view(well(1), well(2), well(3)), Set.of(), Set.of());
    inspection = inspection(Optional.of(layer));
  }

  private Inspection inspection(Optional<LayerFour> layer) {
    SessionReport names = new SessionReport(array(), () -> 1_000);
    return new Inspection("m1", names, this::labelled, layer, clock::get, () -> 5_000);
  }

  private Optional<SessionEntry> labelled(int label) {
    return label == LABEL ? Optional.of(SESSION) : Optional.empty();
  }

  private static ArrayConfig array() {
    try {
      return Yaml.read(Yaml.FULL).array();
    } catch (ConfigException e) {
      throw new IllegalStateException("the configuration of the tests", e);
    }
  }

  @Test
  void whatTheKernelSaysIsSaidInNames() throws ControlException {
    inspector.answer(PROBE, explanation("forward_new", Algorithm.MAGLEV));

    WhereGoes said = inspection.whereGoes(PROBE);

    assertThat(said.member()).isEqualTo("m1");
    assertThat(said.packet()).isEqualTo("tcp syn 198.51.100.7:40000 -> 10.77.0.100:80");
    assertThat(said.verdict()).isEqualTo("sent");
    assertThat(said.service()).isEqualTo("web");
    assertThat(said.algorithm()).isEqualTo("maglev");
    assertThat(said.target())
        .isEqualTo(new WhereGoes.Goal("m2", M2, "up", "02:00:00:00:00:02", false));
    assertThat(said.leaves()).isEqualTo(new WhereGoes.Leaves(M2, "02:00:00:00:00:02", 2, "0200"));
    assertThat(said.place()).isEqualTo(new WhereGoes.Place(3, 7));
  }

  @ParameterizedTest
  @CsvSource({
    "forward_new, ROUND_ROBIN, only the next in turn",
    "local_new, RESPONSE_TIME, only the next in turn",
    "forward_moved, LEAST_CONNECTIONS, random",
    "forward_new, MAGLEV, by the flow",
    "forward_new, SOURCE_HASH, by the source address",
    "forward_new, SUM3, by calculation",
  })
  void whatIsOnlyTheNextInTurnOrRandomIsSaidToBe(
      String outcome, Algorithm algorithm, String beginning) throws ControlException {
    inspector.answer(PROBE, explanation(outcome, algorithm));

    assertThat(inspection.whereGoes(PROBE).choice()).startsWith(beginning);
  }

  @Test
  void whereASessionLeadsNothingIsChosen() throws ControlException {
    inspector.answer(PROBE, explanation("forward_session", Algorithm.ROUND_ROBIN));

    assertThat(inspection.whereGoes(PROBE).choice()).isNull();
  }

  @Test
  void aLabelThatEndsHereIsToldWithItsSessionAndItsTarget() throws ControlException {
    MacAddress sender = MacAddress.parse("02:00:00:00:00:09");
    LabelEntry entry = new LabelEntry(LABEL, LabelAction.TO_STACK, M2, sender, 1, 4);
    inspector.answer(
        PROBE,
        new Explanation(
            "label_pop",
            Verdict.UP,
            "Because.",
            "Then this.",
            Optional.empty(),
            Optional.empty(),
            Optional.of(entry),
            Optional.empty(),
            OptionalInt.empty(),
            Set.of(),
            leaves(0),
            "0200"));

    WhereGoes said = inspection.whereGoes(PROBE);

    assertThat(said.entry())
        .isEqualTo(
            new WhereGoes.Entry(
                LABEL,
                "to-stack",
                "m2",
                "02:00:00:00:00:09",
                "web",
                "198.51.100.7:40000 -> 10.77.0.100:80"));
    assertThat(said.target()).extracting(WhereGoes.Goal::name).isEqualTo("m2");
  }

  /** The first question loads a program; views and rows must not wait for that. */
  @Test
  void theDataPlaneIsNotHeldWhileItIsAsked() throws ControlException {
    inspector.answer(PROBE, explanation("forward_new", Algorithm.MAGLEV));
    List<Map<String, Long>> seen = new ArrayList<>();
    inspector.meanwhile(() ->
        seen.add(
            CompletableFuture.supplyAsync(layer::outcomes, Thread::startVirtualThread)
                .orTimeout(10, TimeUnit.SECONDS)
                .join()));

    inspection.whereGoes(PROBE);

    assertThat(seen).hasSize(1);
  }

  @Test
  void whatTheKernelRefusesIsToldWithItsReason() {
    assertThatThrownBy(() -> inspection.whereGoes(PROBE))
        .isInstanceOf(ControlException.class)
        .hasMessage("nothing is known of " + PROBE);
    assertThatThrownBy(() -> inspection(Optional.empty()).whereGoes(PROBE))
        .isInstanceOf(ControlException.class)
        .hasMessage("this member has no virtual IP");
  }

  @Test
  void aTraceEndsAfterAsManyPacketsAsWereAskedFor() throws Exception {
    try (LineStream lines = inspection.trace(TraceFilter.ALL, MINUTE, 2)) {
      inspector.happen(packet("forward_new", Verdict.SENT, M2));
      inspector.happen(packet("local_session", Verdict.UP, 0));
      inspector.happen(packet("drop_no_target", Verdict.DROPPED, 0));

      TraceLine.Packet first = packetOf(lines);
      assertThat(first.target()).isEqualTo("m2");
      assertThat(first.time()).isEqualTo("1970-01-01T00:00:05.000001Z");
      assertThat(first.source()).isEqualTo("198.51.100.7:40000");
      assertThat(packetOf(lines).target()).isEqualTo("m1");
      assertThat(line(lines).end())
          .isEqualTo(
              new TraceLine.End("that many packets were asked for", 2, new TraceLine.Loss(0, 0)));
      assertThat(lines.next()).isEmpty();
    }
    assertThat(inspector.running()).isNull();
  }

  @Test
  void aTraceIsRenewedOnlyWhileSomebodyReadsAndEndsInTime() throws Exception {
    try (LineStream lines = inspection.trace(TraceFilter.ALL, MINUTE, 100)) {
      clock.addAndGet(Duration.ofSeconds(1).toNanos());
      assertThat(inspector.renewals()).isZero();
      assertThat(line(lines)).isEqualTo(TraceLine.ALIVE);
      assertThat(inspector.renewals()).isEqualTo(1);

      clock.addAndGet(MINUTE.toNanos());
      assertThat(end(lines).why()).isEqualTo("the time is over");
    }
  }

  @Test
  void aSlowReaderIsToldHowManyPacketsItMissed() throws Exception {
    try (LineStream lines = inspection.trace(TraceFilter.ALL, MINUTE, 10_000)) {
      for (int i = 0; i < TraceFeed.WAITING + 7; i++) {
        inspector.happen(packet("forward_new", Verdict.SENT, M2));
      }
      inspector.lose(3);
      clock.addAndGet(Duration.ofSeconds(1).toNanos());

      assertThat(line(lines).loss()).isEqualTo(new TraceLine.Loss(3, 7));
      for (int i = 0; i < TraceFeed.WAITING; i++) {
        assertThat(line(lines).packet()).isNotNull();
      }
      clock.addAndGet(MINUTE.toNanos());
      assertThat(end(lines).loss()).isEqualTo(new TraceLine.Loss(3, 7));
    }
  }

  @Test
  void thereIsOneTraceAtATime() throws Exception {
    LineStream first = inspection.trace(TraceFilter.ALL, MINUTE, 1);

    assertThatThrownBy(() -> inspection.trace(TraceFilter.ALL, MINUTE, 1))
        .isInstanceOf(ControlException.class)
        .hasMessage("another trace is running on this member");
    first.close();
    inspection.trace(TraceFilter.ALL, MINUTE, 1).close();
  }

  private static TraceLine line(LineStream lines) throws InterruptedException {
    return (TraceLine) lines.next().orElseThrow();
  }

  private static TraceLine.Packet packetOf(LineStream lines) throws InterruptedException {
    TraceLine.Packet packet = line(lines).packet();
    assertThat(packet).isNotNull();
    return packet;
  }

  private TracedPacket packet(String outcome, Verdict verdict, int label) {
    return new TracedPacket(
        clock.get() + 1_500, 0, outcome, verdict, "Because.", 60, leaves(label), "0200");
  }

  private static PacketSummary leaves(int label) {
    return new PacketSummary(
        Three.MAC,
        MacAddress.parse("02:00:00:00:00:02"),
        OptionalInt.empty(),
        label == 0 ? OptionalInt.empty() : OptionalInt.of(label),
        "tcp",
        Optional.of(end("198.51.100.7", 40_000)),
        Optional.of(end("10.77.0.100", 80)),
        "S");
  }

  private static Explanation explanation(String outcome, Algorithm algorithm) {
    Service web =
        new Service("web", Three.WEB.vip(), 80, Three.WEB.protocol(), Balance.proxied(algorithm));
    return new Explanation(
        outcome,
        Verdict.SENT,
        "Because.",
        "Then this.",
        Optional.of(web),
        Optional.empty(),
        Optional.empty(),
        Optional.of(new Explanation.Place(3, 7)),
        OptionalInt.of(M2),
        Set.of(),
        leaves(M2),
        "0200");
  }

  private static TraceLine.End end(LineStream lines) throws Exception {
    return Objects.requireNonNull(line(lines).end());
  }

  private static InetSocketAddress end(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }
}
