package dev.shunt.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shunt.ops.admin.AdminServer;
import dev.shunt.ops.admin.FakeArray;
import dev.shunt.ops.admin.model.TraceLine;
import dev.shunt.ops.config.HostEnvironment;
import dev.shunt.ops.config.StageSettings;
import dev.shunt.ops.metrics.Exposition;
import dev.shunt.scheduler.Probe;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code where-goes} and {@code trace} against a real admin server with a fake array behind it. */
class InspectCommandsTest {

  private static final String CLIENT = "198.51.100.7:40000";
  private static final String VIP = "10.77.0.100:80";

  @TempDir Path folder = Path.of("/nowhere");

  private final FakeArray array = new FakeArray();
  private AdminServer server;

  /** What a command left behind. */
  private record Result(int code, String out, String err) {}

  @BeforeEach
  void start() throws IOException {
    server = server("m1");
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void explainTellsWhatWasTriedAndWhatCameOfIt() {
    assertThat(shunt("explain", "00000000000000a7").out())
        .isEqualTo(
            """
            request    00000000000000a7
            member     m2
            began      2026-11-22T08:00:00Z
            client     192.0.2.7:4711
            asked for  GET /x of a.example, http/1.1
            service    web
            rule       number 2
            preferred  web1, by stage cookie
            tried      web1 after 0.100 ms, as the stage asked; 3 other requests with it; old connection: closed without response
            tried      web1 after 0.500 ms, again, its old connection had ended; 3 other requests with it; new connection: responded
            answered   200, first byte after 1.250 ms, over after 2.500 ms
            """);
  }

  @Test
  void explainTellsOfASessionOfDatagramsWhatPassedAndHowItEnded() {
    assertThat(shunt("explain", "00000000000000b1").out())
        .isEqualTo(
            """
            request    00000000000000b1
            member     m3
            began      2026-11-22T08:00:00Z
            client     192.0.2.7:4711
            asked for  udp
            service    names
            preferred  none; chosen by round-robin
            tried      a after 0.000 ms, chosen; 0 others with it; new socket: connect failed
            tried      b after 900.500 ms, chosen; 7 others with it; new socket: responded
            relayed    3 datagrams with 120 bytes from the client, 1 with 56 to it
            ended      too old, first byte after 902.250 ms, over after 60902.250 ms
            """);
  }

  @Test
  void aRequestThatNobodyRemembersIsSaidToBeUnknown() {
    Result result = shunt("explain", "00000000000000a8");
    assertThat(result.code()).isNotZero();
    assertThat(result.err()).contains("no member remembers a request 00000000000000a8");
  }

  @Test
  void whereGoesTellsOutcomeReasonAndWhatItWasFoundBy() {
    assertThat(shunt("where-goes", CLIENT, VIP).out())
        .isEqualTo(
            """
            member   m1
            packet   tcp syn 198.51.100.7:40000 -> 10.77.0.100:80
            outcome  forward_new (sent)
            reason   To a target on another machine: it opens a session.
            service  web, algorithm maglev
            session  established, with m2, label 8195, 12 packets, the last 1m 1s ago
            label    8195: to-port 02:00:00:00:00:02 (m2), session 198.51.100.7:40000 -> 10.77.0.100:80 of web
            place    17 of a row of 1009
            choice   by the flow: the same as long as the targets stay
            target   m2, up, label 1026, 02:00:00:00:00:02
            leaves   with label 1026 to 02:00:00:00:00:02, 58 bytes
            beside   pair_taken
            then     The packet after the SYN makes it a session.
            """);
  }

  @Test
  void everyOptionReachesTheDaemon() {
    shunt("where-goes", "--ack", CLIENT, VIP, "--label", "8195", "--vlan", "7", "--length", "1500");

    assertThat(array.probes)
        .containsExactly(
            new Probe(
                Probe.Kind.ACK,
                end("198.51.100.7", 40_000),
                end("10.77.0.100", 80),
                OptionalInt.of(8195),
                OptionalInt.of(7),
                1500));
  }

  @ParameterizedTest
  @CsvSource({
    "--tcp, 198.51.100.7, 10.77.0.100:80, SYN, 49152, 80",
    "--syn, 198.51.100.7:1, 10.77.0.100:80, SYN, 1, 80",
    "--fin, 198.51.100.7:1, 10.77.0.100:80, FIN, 1, 80",
    "--rst, 198.51.100.7:1, 10.77.0.100:80, RST, 1, 80",
    "--udp, 198.51.100.7:1, 10.77.0.100:53, DATAGRAM, 1, 53",
    "--icmp, 198.51.100.7, 10.77.0.100, ECHO, 0, 0",
    "--icmp, 198.51.100.7:9, 10.77.0.100:80, ERROR, 9, 80",
    "--tcp, [2001:db8::7]:9, [2001:db8::100]:80, SYN, 9, 80",
    "--icmp, 2001:db8::7, 2001:db8::100, ECHO, 0, 0",
  })
  void everyKindOfPacketCanBeAskedAbout(
      String option, String from, String to, Probe.Kind kind, int sourcePort, int port) {
    assertThat(shunt("where-goes", option, from, to).code()).isZero();

    Probe asked = array.probes.getFirst();
    assertThat(asked.kind()).isEqualTo(kind);
    assertThat(asked.source().getPort()).isEqualTo(sourcePort);
    assertThat(asked.destination().getPort()).isEqualTo(port);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "where-goes|client.example|10.77.0.100:80|source: found 'client.example', allowed is an",
        "where-goes|198.51.100.7|10.77.0.100|destination: found '10.77.0.100', allowed is an add",
        "where-goes|198.51.100.7|10.77.0.100:0|destination: found port 0, allowed is 1 to 65535",
        "where-goes|198.51.100.7|[2001:db8::1]:80|source and destination: found IPv4 and IPv6",
        "trace|--every|0|every: found 0, allowed is 1 to 1000000000",
        "trace|--count|1000001|count: found 1000001, allowed is 1 to 1000000",
        "trace|--seconds|3601|seconds: found 3601, allowed is 1 to 3600",
        "trace|--port|x|port: found 'x', allowed is a number",
        "trace|--from|10.0.0.0/33|prefix length: found 33, allowed is 0 to 32",
        "trace|--to|10.0.0.0/8/8|to: found '10.0.0.0/8/8', allowed is ADDRESS or ADDRESS/LENGTH",
        "trace|--protocol|sctp|protocol: found 'sctp', allowed is one of icmp, icmp6, tcp, udp",
        "trace|--outcome|nonsense|outcome: found 'nonsense', allowed is drop",
        "trace|--from|x|from: found 'x', allowed is ADDRESS or ADDRESS/LENGTH",
      })
  void whatIsNotAllowedIsSaidToBe(String command, String one, String two, String message) {
    Result result = shunt(command, one, two);

    assertThat(result.code()).isEqualTo(ExitCode.USAGE.number());
    assertThat(result.err()).startsWith("shunt: " + message);
  }

  @Test
  void aSecondTraceIsRefused() {
    Result result = shunt("trace", "--every", "99");

    assertThat(result.code()).isEqualTo(ExitCode.REFUSED.number());
    assertThat(result.err()).startsWith("shunt: another trace is running");
  }

  @Test
  void aTraceFromOneFamilyToTheOtherIsNone() {
    assertThat(shunt("trace", "--from", "10.0.0.0/8", "--to", "2001:db8::/32").err())
        .startsWith("shunt: from and to: found IPv4 and IPv6");
  }

  @Test
  void twoKindsOfPacketAreOneTooMany() {
    assertThat(shunt("where-goes", "--ack", "--udp", CLIENT, VIP).code())
        .isEqualTo(ExitCode.USAGE.number());
  }

  @Test
  void allAsksEveryDaemonOfTheHostAndNamesTheOthers() throws IOException {
    AdminServer second = server("m2");
    second.start();
    try {
      assertThat(shunt("where-goes", CLIENT, VIP).err()).contains("several daemons run here");

      Result all = shunt("where-goes", "--all", CLIENT, VIP);

      assertThat(array.probes).hasSize(2);
      assertThat(all.out()).endsWith("not asked, for their daemons are not on this host: m2, m3\n");

      Path beside = folder.resolve("shunt").resolve("m2.sock");
      shunt("where-goes", "--all", "--socket", beside.toString(), CLIENT, VIP);
      assertThat(array.probes).as("those whose sockets are beside it").hasSize(4);
      Path elsewhere = folder.resolve("m2.sock");
      assertThat(shunt("where-goes", "--all", "-s", elsewhere.toString(), CLIENT, VIP).err())
          .contains("no daemon answers");
    } finally {
      second.close();
    }
  }

  @Test
  void aTraceIsALineForEachPacketAndATotal() {
    array.traced.add(TraceLine.ALIVE);
    array.traced.add(TraceLine.of(packet()));
    array.traced.add(TraceLine.of(new TraceLine.Loss(3, 0)));
    array.traced.add(
        TraceLine.of(new TraceLine.End("the time is over", 1, new TraceLine.Loss(3, 2))));

    Result result = shunt("trace", "--from", "198.51.100.0/24", "--outcome", "forward,drop");

    assertThat(result.code()).isZero();
    assertThat(result.out())
        .isEqualTo(
            """
            18:52:17.123456Z tcp 198.51.100.7:40000 > 10.77.0.100:80 [S] vlan 7 label 1026 length 78: forward_new -> m2: It opens a session.
            … 3 not told by the kernel, 0 not read in time
            1 packets, 3 not told by the kernel, 2 not read in time; ended: the time is over
            """);
    assertThat(array.commands).containsExactly("trace closed");
    assertThat(array.traces.getFirst())
        .contains("bits=24", "drop", "forward", "every=1")
        .endsWith("for 60 s, 1000000");
  }

  @Test
  void aTraceInJsonIsAnObjectALine() throws IOException {
    array.traced.add(TraceLine.ALIVE);
    array.traced.add(TraceLine.of(packet()));
    array.traced.add(TraceLine.of(new TraceLine.End("done", 1, new TraceLine.Loss(0, 0))));

    String[] lines = shunt("trace", "--json").out().split("\n", -1);

    assertThat(lines).hasSize(3);
    assertThat(new ObjectMapper().readTree(lines[0]).at("/packet/outcome").asText())
        .isEqualTo("forward_new");
    assertThat(new ObjectMapper().readTree(lines[1]).at("/end/packets").asInt()).isEqualTo(1);
  }

  @Test
  void aTraceThatTheDaemonBreaksOffIsAFailure() {
    array.traced.add(TraceLine.of(packet()));

    Result result = shunt("trace");

    assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE.number());
    assertThat(result.err()).contains("the daemon ended before the trace did");
  }

  @Test
  void aTraceIsNotTakenOverTcp() {
    Result result =
        shunt("trace", "--admin", Integer.toString(server.address().orElseThrow().getPort()));

    assertThat(result.err()).contains("commands are taken on the Unix socket only");
    assertThat(array.traces).isEmpty();
  }

  private static TraceLine.Packet packet() {
    return new TraceLine.Packet(
        "2026-11-21T18:52:17.123456Z",
        1,
        "tcp",
        CLIENT,
        VIP,
        "S",
        7,
        1026,
        78,
        "forward_new",
        "sent",
        "m2",
        "It opens a session.",
        "0200");
  }

  private static InetSocketAddress end(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  private AdminServer server(String member) {
    Exposition page = new Exposition(new MetricRegistry(), () -> {});
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Path socket = folder.resolve("shunt").resolve(member + ".sock");
    return new AdminServer(array, page, "0.1.0", socket, Optional.of(any));
  }

  private Result shunt(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    HostEnvironment environment =
        new HostEnvironment(Map.of("XDG_RUNTIME_DIR", folder.toString()), "alice", folder);
    DaemonStarter none =
        (_, _) -> {
          throw new IllegalStateException("no command here starts a daemon");
        };
    int code =
        Cli.commandLine(new Host(environment, "9.9", none, StageSettings.Check.ANY))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(args);
    return new Result(code, out.toString(), err.toString());
  }
}
