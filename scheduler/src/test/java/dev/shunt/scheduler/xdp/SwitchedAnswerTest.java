package dev.shunt.scheduler.xdp;

import static dev.shunt.replication.SessionState.ESTABLISHED;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.World.A;
import static dev.shunt.scheduler.xdp.World.B;
import static dev.shunt.scheduler.xdp.World.BROADCAST;
import static dev.shunt.scheduler.xdp.World.CLIENT;
import static dev.shunt.scheduler.xdp.World.HTTP;
import static dev.shunt.scheduler.xdp.World.MAC_B;
import static dev.shunt.scheduler.xdp.World.MAC_C;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.NOBODY;
import static dev.shunt.scheduler.xdp.World.ROUTER;
import static dev.shunt.scheduler.xdp.World.VIP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.Flow;
import dev.shunt.replication.SessionLabel;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.MacAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Claim L8, steps 3 and 4, of a member's node: what leaves the machine by the program at its
 * egress, in the kernel, on packets that come from no wire.
 */
final class SwitchedAnswerTest {

  private static final long MINUTE = 60_000_000_000L;
  private static final int FORTH = 8_201;
  private static final int BACK = 8_202;
  private static final int LONGEST_PAYLOAD = 1_500 - 40;

  private World world;
  private PacketRun out;

  @BeforeEach
  void start() throws DataPlaneException {
    Kernel.requireBpf();
    world = new World();
    world.switched();
    out = new PacketRun(world.kernel.fd(KernelProgram.OUT));
  }

  @AfterEach
  void stop() {
    if (world != null) {
      world.close();
    }
  }

  private static Frame asked() {
    return Frame.tcp(ACK);
  }

  private static Frame answer() {
    return Frame.tcp(ACK)
        .source(VIP, World.HTTP_PORT)
        .destination(CLIENT, 40_000)
        .from(MINE)
        .to(ROUTER);
  }

  private static Frame6 answer6() {
    return Frame6.tcp(ACK)
        .source(World.VIP6, World.HTTP_PORT)
        .destination(World.CLIENT6, 40_000)
        .from(MINE)
        .to(ROUTER);
  }

  private static SessionLabel label() {
    return new SessionLabel(FORTH, ROUTER.bits(), false);
  }

  private void session(Flow flow) throws DataPlaneException {
    world.session(flow, A, ESTABLISHED, label());
  }

  /** A packet of the session comes with its label from that machine. */
  private void asks(MacAddress from) throws DataPlaneException {
    world.run(asked().labelled(MINE, from, FORTH, 64, true));
  }

  private byte[] sent(byte[] frame) throws DataPlaneException {
    return out.run(frame).frame();
  }

  private void assertDirect(String counted) throws DataPlaneException {
    long before = world.count(counted);
    assertThat(sent(answer().bytes())).isEqualTo(answer().bytes());
    assertThat(world.count(counted)).isEqualTo(before + 1);
    assertThat(world.count("answer_switched")).isZero();
  }

  @Test
  void anAnswerGoesBackByLabelToWhereTheLastPacketCameFrom() throws DataPlaneException {
    session(World.flow());
    asks(MAC_B);
    assertThat(sent(answer().bytes())).isEqualTo(answer().labelled(MAC_B, MINE, BACK, 64, true));

    asks(MAC_C);
    assertThat(sent(answer().ttl(9).bytes()))
        .isEqualTo(answer().ttl(9).labelled(MAC_C, MINE, BACK, 9, true));
    assertThat(world.count("answer_switched")).isEqualTo(2);
  }

  @Test
  void anAnswerOverIpv6GoesBackByLabel() throws DataPlaneException {
    session(World.flow6());
    world.run(Frame6.tcp(ACK).labelled(MINE, MAC_B, FORTH, 64));

    assertThat(sent(answer6().bytes())).isEqualTo(answer6().labelled(MAC_B, MINE, BACK, 64));
  }

  @Test
  void thePacketThatBringsTheSessionSaysWhereItsAnswersGo() throws DataPlaneException {
    asks(MAC_B);

    assertThat(world.onlySession().label().forth()).isEqualTo(FORTH);
    assertThat(sent(answer().bytes())).isEqualTo(answer().labelled(MAC_B, MINE, BACK, 64, true));
  }

  @Test
  void whatTheLoaderWritesAgainForgetsNoSender() throws DataPlaneException {
    session(World.flow());
    asks(MAC_B);
    session(World.flow());

    assertThat(sent(answer().bytes())).isEqualTo(answer().labelled(MAC_B, MINE, BACK, 64, true));
  }

  @Test
  void anAnswerGoesDirectlyBeforeAnyPacketCameByLabel() throws DataPlaneException {
    session(World.flow());

    assertDirect("answer_unconfirmed");
  }

  @Test
  void anAnswerGoesDirectlyAfterAnotherMachineAnnouncedTheVip() throws DataPlaneException {
    session(World.flow());
    asks(MAC_B);
    world.run(Frame.arp(BROADCAST, 1, MAC_C, VIP, NOBODY, VIP));
    assertDirect("answer_unconfirmed");

    asks(MAC_C);
    assertThat(sent(answer().bytes())).isEqualTo(answer().labelled(MAC_C, MINE, BACK, 64, true));
  }

  @Test
  void anAnnouncementOfTheSameMachineChangesNothing() throws DataPlaneException {
    session(World.flow());
    asks(MAC_B);
    world.run(Frame.arp(BROADCAST, 1, MAC_B, VIP, NOBODY, VIP));

    assertThat(sent(answer().bytes())).isEqualTo(answer().labelled(MAC_B, MINE, BACK, 64, true));
  }

  @Test
  void anAnswerGoesDirectlyAfterAnIpv6Advertisement() throws DataPlaneException {
    session(World.flow());
    asks(MAC_B);
    world.run(UnsolicitedAdvertisement.frame(MAC_C, World.ip(World.VIP6)));

    assertDirect("answer_unconfirmed");
  }

  @Test
  void anAnswerGoesDirectlyWhenTheSchedulerIsLost() throws DataPlaneException {
    session(World.flow());
    asks(MAC_B);
    world.kernel.forgetHolder(System.nanoTime());
    assertDirect("answer_unconfirmed");
  }

  @Test
  void aSchedulersOwnAnswersGoDirectly() throws DataPlaneException {
    session(World.flow());
    asks(MAC_B);
    world.leaseFor(MINUTE);

    assertDirect("answer_unconfirmed");
  }

  @Test
  void whatIsTooLongWithALabelGoesDirectly() throws DataPlaneException {
    session(World.flow());
    asks(MAC_B);
    byte[] longest = answer().payload(LONGEST_PAYLOAD).bytes();
    assertThat(sent(longest)).hasSize(longest.length + 4);

    byte[] longer = answer().payload(LONGEST_PAYLOAD + 1).bytes();
    assertThat(sent(longer)).isEqualTo(longer);
    assertThat(world.count("answer_too_big")).isEqualTo(1);
  }

  @Test
  void whatIsNoAnswerOfASwitchedSessionIsNotTouched() throws DataPlaneException {
    session(World.flow());
    asks(MAC_B);
    byte[] other = answer().destination(CLIENT, 40_001).bytes();
    byte[] notFromVip = answer().source("192.0.2.9", World.HTTP_PORT).bytes();
    byte[] fragment = answer().fragment(0x2000).bytes();
    for (byte[] frame : new byte[][] {other, notFromVip, fragment}) {
      assertThat(sent(frame)).isEqualTo(frame);
    }
    world.session(World.flow(), B, ESTABLISHED, label());
    assertThat(sent(answer().bytes())).isEqualTo(answer().bytes());
    assertThat(world.count("answer_unconfirmed") + world.count("answer_switched")).isZero();
  }

  @Test
  void anAnswerOfAServiceThatReturnsDirectlyIsNotTouched() throws DataPlaneException {
    try (World direct = new World()) {
      direct.labels();
      direct.row(HTTP, World.rowOf(B));
      direct.session(World.flow(), A, ESTABLISHED, label());
      direct.run(asked().labelled(MINE, MAC_B, FORTH, 64, true));
      PacketRun leaves = new PacketRun(direct.kernel.fd(KernelProgram.OUT));

      assertThat(leaves.run(answer().bytes()).frame()).isEqualTo(answer().bytes());
    }
  }
}
