package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shunt.cluster.Lease;
import dev.shunt.cluster.Term;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchTable;
import dev.shunt.scheduler.KernelSession;
import dev.shunt.scheduler.SessionEvent;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.TargetState;
import dev.shunt.scheduler.xdp.layout.Outcome.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening, adopting and removing the program on an interface of its own. */
final class XdpDataPlaneTest {

  /** Interface names have 15 characters at most. */
  private static final String NAME = "dp" + ProcessHandle.current().pid();

  private static final Path PINS = PinDirectory.ROOT.resolve("shunt-test-" + NAME);

  private final List<SessionEvent> events = new CopyOnWriteArrayList<>();

  @BeforeEach
  void makeAnInterface() {
    Kernel.requireNetwork();
    Command.run("ip", "link", "add", NAME, "type", "veth", "peer", "name", NAME + "p");
  }

  @AfterEach
  void removeEverything() throws DataPlaneException {
    Command.tried("ip", "link", "delete", NAME);
    if (Files.exists(PINS)) {
      try (PinDirectory pins = PinDirectory.open(PINS)) {
        pins.clear();
        pins.delete();
      }
    }
  }

  @Test
  void theProgramAndItsSessionsOutliveTheProcessAndAreAdopted() throws DataPlaneException {
    Session session = new Session(World.flow(), World.C, SessionState.ESTABLISHED, Term.NONE, 0);
    String program;
    try (XdpDataPlane first = plane(100)) {
      first.open(events::addAll);
      assertThat(first.adopted()).isFalse();
      first.apply(table(first));
      first.putSessions(List.of(session));
      first.packetRun().run(datagram(first, 1));
      program = attached();
    }
    assertThat(attached()).isEqualTo(program).contains("xdp");

    try (XdpDataPlane second = plane(100)) {
      second.open(events::addAll);

      assertThat(second.adopted()).isTrue();
      assertThat(second.sessions())
          .extracting(KernelSession::target)
          .containsExactlyInAnyOrder(World.B, World.C);
      assertThat(second.outcomes()).containsEntry("forward_new", 1L);
      // Before anything is applied, the old tables forward.
      second.packetRun().run(datagram(second, 2));
      assertThat(second.outcomes()).containsEntry("forward_new", 2L);
      second.apply(table(second));
      second.packetRun().run(syn(second, 3));
      assertThat(second.outcomes()).containsEntry("forward_new", 3L);
    }
  }

  @Test
  void whatIsNotInTheNextTableIsTakenOutOfAdoptedOnes() throws DataPlaneException {
    try (XdpDataPlane first = plane(100)) {
      first.open(events::addAll);
      first.apply(table(first));
    }
    try (XdpDataPlane second = plane(100)) {
      second.open(events::addAll);
      second.apply(DispatchTable.EMPTY);
      second.packetRun().run(syn(second, 1));
      second.packetRun().run(Frame6.tcp(Frame.SYN).to(second.mac()).bytes());
      assertThat(second.outcomes()).containsEntry("pass_not_vip", 2L);
    }
  }

  @Test
  void theSessionsOfAServiceThatEndedGoWithIt() throws DataPlaneException {
    try (XdpDataPlane plane = plane(100)) {
      plane.open(events::addAll);
      plane.apply(table(plane));
      plane.packetRun().run(datagram(plane, 1));
      plane.putSessions(
          List.of(
              new Session(World.flow(), World.B, SessionState.ESTABLISHED, Term.NONE, 0),
              new Session(World.flow6(), World.B, SessionState.ESTABLISHED, Term.NONE, 0)));
      plane.apply(
          new DispatchTable(table(plane).targets(), Map.of(World.DNS, World.rowOf(World.B))));

      assertThat(plane.sessions())
          .extracting(session -> session.flow().destinationPort())
          .containsExactly(World.DNS_PORT);
    }
  }

  @Test
  void aHandshakeOutlivesTheProcess() throws DataPlaneException {
    try (XdpDataPlane first = plane(100)) {
      first.open(events::addAll);
      first.apply(table(first));
      first.packetRun().run(syn(first, 1));
    }
    try (XdpDataPlane second = plane(100)) {
      second.open(events::addAll);
      second.packetRun().run(Frame.tcp(Frame.ACK).sourcePort(1).to(second.mac()).bytes());
      assertThat(second.outcomes()).containsEntry("forward_established", 1L);
    }
  }

  @Test
  void tablesOfAnotherSizeAreReplaced() throws DataPlaneException {
    try (XdpDataPlane first = plane(100)) {
      first.open(events::addAll);
      first.apply(table(first));
      first.packetRun().run(syn(first, 1));
    }
    try (XdpDataPlane second = plane(200)) {
      second.open(events::addAll);
      assertThat(second.adopted()).isFalse();
      assertThat(second.sessions()).isEmpty();
      second.apply(table(second));
      second.packetRun().run(syn(second, 1));
      assertThat(second.outcomes()).containsEntry("forward_new", 1L);
    }
  }

  @Test
  void anInterfaceThatWasMadeAnewIsAttachedAnew() throws DataPlaneException {
    try (XdpDataPlane first = plane(100)) {
      first.open(events::addAll);
      first.apply(table(first));
      first.packetRun().run(datagram(first, 1));
    }
    Command.run("ip", "link", "delete", NAME);
    makeAnInterface();
    try (XdpDataPlane second = plane(100)) {
      second.open(events::addAll);
      assertThat(second.adopted()).isFalse();
      assertThat(attached()).contains("xdp");
      assertThat(second.sessions()).hasSize(1);
    }
  }

  @Test
  void uninstallLeavesNothing() throws DataPlaneException {
    try (XdpDataPlane plane = plane(100)) {
      plane.open(events::addAll);
      assertThat(attached()).contains("xdp");
      plane.uninstall();
    }
    assertThat(attached()).doesNotContain("xdp");
    assertThat(PINS).doesNotExist();
  }

  @Test
  void twoProcessesCannotHaveTheSamePins() throws DataPlaneException {
    try (XdpDataPlane first = plane(100);
        XdpDataPlane second = plane(100)) {
      first.open(events::addAll);
      assertThatThrownBy(() -> second.open(events::addAll))
          .hasMessage("pin directory " + PINS + ": in use by another process");
    }
  }

  @Test
  void anotherProgramOnTheInterfaceIsNotDisplaced(@TempDir Path folder) throws IOException {
    Path pass = Files.write(folder.resolve("pass.bpf.o"), BpfObject.resource("pass.bpf.o"));
    Command.run("ip", "link", "set", "dev", NAME, "xdp", "obj", pass.toString(), "sec", "xdp");

    assertThatThrownBy(() -> open(NAME, PINS))
        .hasMessageStartingWith("attaching the XDP program to interface " + NAME + ": another");
  }

  @Test
  void sessionEventsReachTheListener() throws DataPlaneException {
    try (XdpDataPlane plane = plane(100)) {
      plane.open(events::addAll);
      plane.apply(table(plane));
      plane.packetRun().run(syn(plane, 1));
      plane.packetRun().run(Frame.tcp(Frame.ACK).sourcePort(1).to(plane.mac()).bytes());
      plane.packetRun().run(Frame.tcp(Frame.FIN).sourcePort(1).to(plane.mac()).bytes());

      await().until(() -> events.size() == 2);
      assertThat(events)
          .containsExactly(event(SessionEvent.Kind.ESTABLISHED), event(SessionEvent.Kind.CLOSING));
    }
  }

  @Test
  void eventsOfIpv6SessionsNameBothAddressesInFull() throws DataPlaneException {
    try (XdpDataPlane plane = plane(100)) {
      plane.open(events::addAll);
      plane.apply(table(plane));
      plane.packetRun().run(Frame6.tcp(Frame.SYN).to(plane.mac()).bytes());
      plane.packetRun().run(Frame6.tcp(Frame.ACK).to(plane.mac()).bytes());

      await().until(() -> !events.isEmpty());
      assertThat(events)
          .containsExactly(new SessionEvent(SessionEvent.Kind.ESTABLISHED, World.flow6(), World.B));
    }
  }

  @Test
  void theLeaseIsWrittenAndGivenBackAndIgnoredOnceClosed() throws DataPlaneException {
    byte[] asked =
        Frame.arp(World.BROADCAST, 1, World.ROUTER, "198.51.100.1", World.NOBODY, World.VIP);
    XdpDataPlane plane = plane(100);
    try (plane) {
      plane.open(events::addAll);
      plane.apply(table(plane));
      plane.lease(new Lease(new Term(1), System.nanoTime() + 60_000_000_000L));
      assertThat(plane.packetRun().run(asked).verdict()).isEqualTo(Verdict.TX);
      plane.lease(Lease.NONE);
      assertThat(plane.packetRun().run(asked).verdict()).isEqualTo(Verdict.DROP);
    }
    plane.lease(new Lease(new Term(1), System.nanoTime() + 60_000_000_000L));
  }

  @Test
  void whatIsMissingOrMeantWronglyIsSaidInOneSentence() {
    assertThatThrownBy(() -> open("nosuch0", PINS))
        .hasMessage("reading network interface nosuch0: No such device (errno 19)");
    assertThatThrownBy(() -> open("lo", PINS))
        .hasMessage("network interface lo: it is no Ethernet");
    assertThatThrownBy(() -> open(NAME, PinDirectory.ROOT.resolve("a.b")))
        .hasMessage(
            "pin directory /sys/fs/bpf/a.b: allowed is an absolute path below /sys/fs/bpf without"
                + " dots");
    assertThatThrownBy(() -> open(NAME, Path.of("/tmp/pins")))
        .hasMessageStartingWith("pin directory /tmp/pins: allowed is");
  }

  private void open(String networkInterface, Path pins) throws DataPlaneException {
    XdpConfig config = new XdpConfig(networkInterface, pins, 10, 7, 4, 4096, 0);
    try (XdpDataPlane plane = new XdpDataPlane(config, Ticker.system())) {
      plane.open(events::addAll);
    }
  }

  private static XdpDataPlane plane(int maxSessions) {
    XdpConfig config = new XdpConfig(NAME, PINS, maxSessions, World.ROW, 4, 4096, World.SEED);
    return new XdpDataPlane(config, Ticker.system());
  }

  private static DispatchTable table(XdpDataPlane plane) {
    return new DispatchTable(
        List.of(
            new Target(World.A, "a", World.ip("192.0.2.1"), plane.mac(), TargetState.UP, 1, true),
            new Target(World.B, "b", World.ip("192.0.2.2"), World.MAC_B, TargetState.UP, 1, false)),
        Map.of(
            World.HTTP,
            World.rowOf(World.B),
            World.DNS,
            World.rowOf(World.B),
            World.HTTP6,
            World.rowOf(World.B)));
  }

  private static byte[] datagram(XdpDataPlane plane, int port) {
    return Frame.udp().sourcePort(port).to(plane.mac()).bytes();
  }

  private static byte[] syn(XdpDataPlane plane, int port) {
    return Frame.tcp(Frame.SYN).sourcePort(port).to(plane.mac()).bytes();
  }

  private static SessionEvent event(SessionEvent.Kind kind) {
    return new SessionEvent(
        kind, World.flow(1, dev.shunt.replication.Protocol.TCP, World.HTTP_PORT), World.B);
  }

  /** What the system says of the interface, the program's id included. */
  private static String attached() {
    return Command.run("ip", "-details", "link", "show", "dev", NAME);
  }
}
