package dev.shunt.scheduler.xdp;

import static dev.shunt.replication.SessionState.ESTABLISHED;
import static dev.shunt.scheduler.xdp.Fixture.fixture;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.SYN;
import static dev.shunt.scheduler.xdp.Frame.tcp;
import static dev.shunt.scheduler.xdp.Frame.udp;
import static dev.shunt.scheduler.xdp.World.B;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.MAC_B;
import static dev.shunt.scheduler.xdp.World.MAC_C;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.MTU_FRAME;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_LABEL_UNKNOWN;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_NEW;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_SESSION;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_STATELESS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Servers that get clients' packets as they are: new Ethernet addresses and nothing else. */
final class DirectFixtures {

  private DirectFixtures() {}

  static List<Fixture> plain() {
    return List.of(
        fixture("a SYN to a direct server", tcp(SYN).bytes(), FORWARD_NEW)
            .given(world -> world.plain(B))
            .becomes(tcp(SYN).to(MAC_B).from(MINE).bytes())
            .then(world -> {
              world.run(tcp(ACK).bytes());
              assertThat(world.onlySession().target()).isEqualTo(B);
            }),
        fixture("an IPv6 SYN to a direct server", Frame6.tcp(SYN).bytes(), FORWARD_NEW)
            .given(world -> world.plain(B))
            .becomes(Frame6.tcp(SYN).to(MAC_B).from(MINE).bytes()),
        fixture("a tagged SYN to a direct server", Tags.two(tcp(SYN).bytes()), FORWARD_NEW)
            .given(world -> world.plain(B))
            .becomes(Tags.two(tcp(SYN).to(MAC_B).from(MINE).bytes())),
        fixture("a packet of a direct server's session", tcp(ACK).bytes(), FORWARD_SESSION)
            .given(world -> {
              world.plain(C);
              world.session(C, ESTABLISHED);
            })
            .becomes(tcp(ACK).to(MAC_C).from(MINE).bytes()),
        fixture("a datagram to a direct server", udp().bytes(), FORWARD_NEW)
            .given(world -> world.plain(B))
            .becomes(udp().to(MAC_B).from(MINE).bytes()),
        fixture("mid-flow to a direct server", tcp(ACK).bytes(), FORWARD_STATELESS)
            .given(world -> world.plain(B))
            .becomes(tcp(ACK).to(MAC_B).from(MINE).bytes()),
        fixture(
                "the longest frame of the wire fits a direct server",
                tcp(SYN).payload(MTU_FRAME - 54).bytes(),
                FORWARD_NEW)
            .given(world -> world.plain(B))
            .becomes(tcp(SYN).payload(MTU_FRAME - 54).to(MAC_B).from(MINE).bytes()),
        fixture(
                "a label that names a direct server leads nowhere",
                tcp(ACK).labelled(MINE, B),
                DROP_LABEL_UNKNOWN)
            .given(world -> world.plain(B)));
  }
}
