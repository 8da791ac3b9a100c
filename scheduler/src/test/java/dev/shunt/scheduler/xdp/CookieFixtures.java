package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.CookieModel.minute;
import static dev.shunt.scheduler.xdp.Fixture.fixture;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.SYN;
import static dev.shunt.scheduler.xdp.Frame.tcp;
import static dev.shunt.scheduler.xdp.World.A;
import static dev.shunt.scheduler.xdp.World.B;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.CLIENT;
import static dev.shunt.scheduler.xdp.World.CLIENT6;
import static dev.shunt.scheduler.xdp.World.HTTP;
import static dev.shunt.scheduler.xdp.World.HTTP_PORT;
import static dev.shunt.scheduler.xdp.World.MAC_B;
import static dev.shunt.scheduler.xdp.World.MAC_C;
import static dev.shunt.scheduler.xdp.World.VIP;
import static dev.shunt.scheduler.xdp.World.VIP6;
import static dev.shunt.scheduler.xdp.World.rowOf;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_COOKIE;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_ESTABLISHED;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_NEW;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_OPENING;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_SESSION;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_STATELESS;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_SUM;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_TABLE_FULL;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_COOKIE;
import static dev.shunt.scheduler.xdp.layout.Outcome.SYN_COOKIE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.CookieKey;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.Pick;
import dev.shunt.scheduler.SynCookies;
import dev.shunt.scheduler.xdp.layout.Aside;
import java.util.Arrays;
import java.util.List;

/** Handshakes by SYN cookie. */
final class CookieFixtures {

  /** The middle of a minute, and of a key. */
  static final long NOW = (400_000L << 42) + (0x20L << 36) + (1L << 35);

  private static final long KEY_BEGAN = 400_000L << 42;
  static final int CLIENT_SYN = 0xfedcba98;
  private static final int SERVER_SEGMENT = 1456;
  private static final int SERVER_SEGMENT6 = 1436;
  private static final int WINDOW = 29_200;
  private static final SynCookies ALWAYS = new SynCookies(SynCookies.Use.ALWAYS, SynCookies.MOST);
  private static final SynCookies AUTO = new SynCookies(SynCookies.Use.AUTO, SynCookies.LEAST);

  private CookieFixtures() {}

  static List<Fixture> sent() {
    return List.of(
        fixture("a SYN is answered by a cookie", syn(), SYN_COOKIE)
            .given(CookieFixtures::always)
            .becomes(synAck(0))
            .then(CookieFixtures::remembersNothing),
        fixture("a SYN's MSS goes into the cookie", syn(2, 4, 5, 140), SYN_COOKIE)
            .given(CookieFixtures::always)
            .becomes(synAck(4)),
        fixture("options before and behind the MSS are stepped over", oddSyn(), SYN_COOKIE)
            .given(CookieFixtures::always)
            .becomes(synAck(4)),
        fixture(
                "without timestamps neither SACK nor a window's scale is promised",
                syn(2, 4, 5, 140, 4, 2, 1, 3, 3, 7),
                SYN_COOKIE)
            .given(CookieFixtures::always)
            .becomes(synAck(4)),
        fixture("a MSS that does not fit the array's links counts as theirs", jumbo(), SYN_COOKIE)
            .given(CookieFixtures::always)
            .becomes(synAck(6)),
        fixture(
                "a padded SYN is answered without the padding",
                Arrays.copyOf(syn(), 60),
                SYN_COOKIE)
            .given(CookieFixtures::always)
            .becomes(synAck(0)),
        fixture("a SYN with IP options is answered without them", optionSyn(), SYN_COOKIE)
            .given(CookieFixtures::always)
            .becomes(synAck(0)),
        fixture("a tagged SYN gets a tagged answer", Tags.one(syn()), SYN_COOKIE)
            .given(CookieFixtures::always)
            .becomes(taggedAnswer()),
        fixture("an IPv6 SYN is answered by a cookie", syn6(2, 4, 5, 120), SYN_COOKIE)
            .given(CookieFixtures::always)
            .becomes(synAck6(3)),
        fixture("IPv6 knows no MSS below 1220", syn6(), SYN_COOKIE)
            .given(CookieFixtures::always)
            .becomes(synAck6(1)),
        fixture("a SYN in a flood is answered by a cookie", syn(), SYN_COOKIE)
            .given(world -> {
              auto(world);
              flood(world);
            })
            .becomes(synAck(0)));
  }

  /** Its target is behind a tunnel, so segments leave room for the outer headers. */
  static List<Fixture> sentForTunnels() {
    return List.of(
        fixture("a cookie's MSS leaves room for a tunnel over IPv4", syn(), SYN_COOKIE)
            .given(world -> {
              world.tunnels(false);
              always(world);
            })
            .becomes(synAck(0, SERVER_SEGMENT - 32)),
        fixture("a cookie's MSS leaves room for a tunnel over IPv6", syn(), SYN_COOKIE)
            .given(world -> {
              world.tunnels(true);
              always(world);
            })
            .becomes(synAck(0, SERVER_SEGMENT - 52)));
  }

  static List<Fixture> notSent() {
    byte[] header = Frame6.tcp(SYN).extension(0, 0, 1, 4, 0, 0, 0, 0).bytes();
    return List.of(
        fixture("without a flood a SYN opens an embryo", tcp(SYN).bytes(), FORWARD_NEW)
            .given(CookieFixtures::auto)
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture("a flood that was over for two seconds is none", tcp(SYN).bytes(), FORWARD_NEW)
            .given(world -> {
              auto(world);
              flood(world);
              world.calm();
            })
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture("a service without cookies answers no SYN", tcp(SYN).bytes(), FORWARD_NEW)
            .given(CookieFixtures::flood)
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture("without a key no SYN is answered", tcp(SYN).bytes(), FORWARD_NEW)
            .given(world -> {
              world.cookies(ALWAYS);
              world.kernel.cookies(NOW - System.nanoTime(), CookieModel.KEYS.at(NOW - (3L << 42)));
            })
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture("without a clock no SYN is answered", tcp(SYN).bytes(), FORWARD_NEW)
            .given(world -> world.cookies(ALWAYS))
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture("one target that takes no cookies, and none is sent", tcp(SYN).bytes(), FORWARD_NEW)
            .given(world -> {
              world.takesNoCookies(B);
              always(world);
            })
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture("a target without cookies that takes nothing new is no matter", syn(), SYN_COOKIE)
            .given(world -> {
              world.takesNoCookies(C);
              always(world);
            })
            .becomes(synAck(0)),
        fixture("a SYN of an embryo goes to its target", tcp(SYN).bytes(), FORWARD_OPENING)
            .given(world -> {
              world.run(tcp(SYN).bytes());
              always(world);
            })
            .becomes(tcp(SYN).labelled(MAC_B, B)),
        fixture("a SYN behind IPv6 extension headers opens an embryo", header, FORWARD_NEW)
            .given(CookieFixtures::always)
            .becomes(Frame6.tcp(SYN).extension(0, 0, 1, 4, 0, 0, 0, 0).labelled(MAC_B, B)));
  }

  static List<Fixture> accepted() {
    return List.of(
        fixture("the ACK to a cookie makes a session", ack(cookie(0)), FORWARD_COOKIE)
            .given(world -> {
              always(world);
              world.row(HTTP, new DispatchRow(Pick.ROUND_ROBIN, rowOf(C).toArray()));
            })
            .becomes(ackFrame(cookie(0)).labelled(MAC_C, C))
            .then(world -> {
              assertThat(world.onlySession().target()).isEqualTo(C);
              assertThat(world.onlySession().state()).isEqualTo(SessionState.ESTABLISHED);
              world.run(tcp(ACK).bytes());
              assertThat(world.count("forward_session")).isEqualTo(1);
            }),
        fixture("the ACK to a cookie for this machine's node", ack(cookie(5)), LOCAL_COOKIE)
            .given(world -> {
              always(world);
              world.row(HTTP, rowOf(A));
            }),
        fixture("an ACK to a cookie that nobody here sent", ack(cookie(0)), FORWARD_COOKIE)
            .given(CookieFixtures::auto)
            .becomes(ackFrame(cookie(0)).labelled(MAC_B, B)),
        fixture("an ACK of the minute before", ack(cookie(minute(NOW) - 1, 0)), FORWARD_COOKIE)
            .given(CookieFixtures::always)
            .becomes(ackFrame(cookie(minute(NOW) - 1, 0)).labelled(MAC_B, B)),
        fixture(
                "an ACK of the minute to come, by another member's clock",
                ack(cookie(minute(NOW) + 1, 0)),
                FORWARD_COOKIE)
            .given(CookieFixtures::always)
            .becomes(ackFrame(cookie(minute(NOW) + 1, 0)).labelled(MAC_B, B)),
        fixture("an ACK by the key before", ack(lastOfKey()), FORWARD_COOKIE)
            .given(world -> clock(world, ALWAYS, KEY_BEGAN))
            .becomes(ackFrame(lastOfKey()).labelled(MAC_B, B)),
        fixture("an IPv6 ACK to a cookie makes a session", ack6(cookie6(3)), FORWARD_COOKIE)
            .given(CookieFixtures::always)
            .becomes(ackFrame6(cookie6(3)).labelled(MAC_B, B)),
        fixture("a service by sum needs no session for it", ack(cookie(0)), FORWARD_SUM)
            .given(world -> {
              always(world);
              world.row(HTTP, new DispatchRow(Pick.SUM3, new int[] {C, C, C}));
            })
            .becomes(ackFrame(cookie(0)).labelled(MAC_C, C))
            .then(world -> assertThat(world.sessions.list()).isEmpty()),
        fixture("where the table is full an embryo leads", ack(cookie(0)), FORWARD_TABLE_FULL)
            .given(world -> {
              always(world);
              BalanceFixtures.fill(world);
            })
            .becomes(ackFrame(cookie(0)).labelled(MAC_B, B))
            .then(world -> {
              world.row(HTTP, rowOf(C));
              assertThat(world.run(tcp(ACK).bytes()).frame())
                  .isEqualTo(tcp(ACK).labelled(MAC_B, B));
            }));
  }

  static List<Fixture> invalid() {
    int forged = cookie(0) ^ 0x80;
    return List.of(
        fixture("an ACK to no cookie goes on as without cookies", ack(forged), FORWARD_STATELESS)
            .given(CookieFixtures::always)
            .becomes(ackFrame(forged).labelled(MAC_B, B))
            .beside(Aside.COOKIE_INVALID)
            .then(world -> assertThat(world.onlySession().target()).isEqualTo(B)),
        fixture("an ACK to no cookie makes no session in a flood", ack(forged), FORWARD_STATELESS)
            .given(world -> {
              auto(world);
              flood(world);
            })
            .becomes(ackFrame(forged).labelled(MAC_B, B))
            .beside(Aside.COOKIE_INVALID)
            .then(world -> assertThat(world.sessions.list()).isEmpty()),
        fixture("an ACK of two minutes before", ack(cookie(minute(NOW) - 2, 0)), FORWARD_STATELESS)
            .given(CookieFixtures::always)
            .becomes(ackFrame(cookie(minute(NOW) - 2, 0)).labelled(MAC_B, B))
            .beside(Aside.COOKIE_INVALID),
        fixture("a cookie with another MSS in it", ack(cookie(0) | 4), FORWARD_STATELESS)
            .given(CookieFixtures::always)
            .becomes(ackFrame(cookie(0) | 4).labelled(MAC_B, B))
            .beside(Aside.COOKIE_INVALID),
        fixture("without a clock the key that all can guess is none", guess(), FORWARD_STATELESS)
            .given(world -> world.cookies(ALWAYS))
            .becomes(ackFrame(guessed()).labelled(MAC_B, B))
            .beside(Aside.COOKIE_INVALID),
        fixture("a cookie of another flow", ack(cookieOfAnother()), FORWARD_STATELESS)
            .given(CookieFixtures::always)
            .becomes(ackFrame(cookieOfAnother()).labelled(MAC_B, B))
            .beside(Aside.COOKIE_INVALID),
        fixture("the ACK of an embryo is no matter of cookies", ack(forged), FORWARD_ESTABLISHED)
            .given(world -> {
              world.run(tcp(SYN).bytes());
              always(world);
            })
            .becomes(ackFrame(forged).labelled(MAC_B, B)),
        fixture("an ACK of a session is no matter of cookies", ack(forged), FORWARD_SESSION)
            .given(world -> {
              always(world);
              world.session(C, SessionState.ESTABLISHED);
            })
            .becomes(ackFrame(forged).labelled(MAC_C, C)));
  }

  private static void always(World world) throws dev.shunt.scheduler.DataPlaneException {
    clock(world, ALWAYS, NOW);
  }

  private static void auto(World world) throws dev.shunt.scheduler.DataPlaneException {
    clock(world, AUTO, NOW);
  }

  static void clock(World world, SynCookies cookies, long wall)
      throws dev.shunt.scheduler.DataPlaneException {
    world.cookies(cookies);
    world.kernel.cookies(wall - System.nanoTime(), CookieModel.KEYS.at(wall));
  }

  /**
   * More SYNs than the least limit allows, however they fall into the windows of a quarter second.
   */
  static void flood(World world) throws dev.shunt.scheduler.DataPlaneException {
    for (int port = 1; port <= 200; port++) {
      world.run(tcp(SYN).sourcePort(port).bytes());
    }
  }

  private static void remembersNothing(World world) throws dev.shunt.scheduler.DataPlaneException {
    assertThat(world.sessions.list()).isEmpty();
    world.cookies(SynCookies.OFF);
    world.row(HTTP, rowOf(C));
    assertThat(world.run(tcp(SYN).bytes()).frame()).isEqualTo(tcp(SYN).labelled(MAC_C, C));
  }

  static byte[] syn(int... options) {
    return synFrame(options).bytes();
  }

  private static Frame synFrame(int... options) {
    return Frame.ip(Frame.TCP)
        .raw(Segment.from(40_000, HTTP_PORT).syn(CLIENT_SYN).options(options).bytes(CLIENT, VIP));
  }

  private static byte[] jumbo() {
    return syn(2, 4, 0x23, 0x28);
  }

  private static byte[] oddSyn() {
    return syn(1, 1, 30, 6, 9, 9, 9, 9, 2, 4, 5, 140, 34, 2, 0, 99);
  }

  private static byte[] optionSyn() {
    return synFrame().options(8).bytes();
  }

  private static byte[] syn6(int... options) {
    return Frame6.ip(Frame.TCP)
        .raw(Segment.from(40_000, HTTP_PORT).syn(CLIENT_SYN).options(options).bytes(CLIENT6, VIP6))
        .bytes();
  }

  private static byte[] synAck(int segmentIndex) {
    return synAck(segmentIndex, SERVER_SEGMENT);
  }

  private static byte[] synAck(int segmentIndex, int segment) {
    return answer(
        Segment.from(HTTP_PORT, 40_000)
            .synAck(cookie(segmentIndex), CLIENT_SYN)
            .window(WINDOW)
            .options(2, 4, segment >> 8, segment & 0xff));
  }

  /** How the array answers the client, from the VIP. */
  static byte[] answer(Segment segment) {
    return Frame.ip(Frame.TCP)
        .to(World.ROUTER)
        .from(World.MINE)
        .source(VIP, HTTP_PORT)
        .destination(CLIENT, 40_000)
        .identification(0)
        .fragment(0x4000)
        .raw(segment.bytes(VIP, CLIENT))
        .bytes();
  }

  private static byte[] taggedAnswer() {
    return Tags.one(
        answer(
            Segment.from(HTTP_PORT, 40_000)
                .synAck(cookie(0), CLIENT_SYN)
                .window(WINDOW)
                .options(2, 4, (SERVER_SEGMENT - 4) >> 8, (SERVER_SEGMENT - 4) & 0xff)));
  }

  private static byte[] synAck6(int segmentIndex) {
    return Frame6.ip(Frame.TCP)
        .to(World.ROUTER)
        .from(World.MINE)
        .source(VIP6, HTTP_PORT)
        .destination(CLIENT6, 40_000)
        .raw(
            Segment.from(HTTP_PORT, 40_000)
                .synAck(cookie6(segmentIndex), CLIENT_SYN)
                .window(WINDOW)
                .options(2, 4, SERVER_SEGMENT6 >> 8, SERVER_SEGMENT6 & 0xff)
                .bytes(VIP6, CLIENT6))
        .bytes();
  }

  private static int cookie(int segmentIndex) {
    return cookie(minute(NOW), segmentIndex);
  }

  private static int cookie(long minute, int segmentIndex) {
    return CookieModel.ofClient().value(minute, CLIENT_SYN, segmentIndex);
  }

  private static int lastOfKey() {
    return cookie(minute(KEY_BEGAN) - 1, 0);
  }

  private static int cookie6(int segmentIndex) {
    return CookieModel.ofClient6().value(minute(NOW), CLIENT_SYN, segmentIndex);
  }

  private static int cookieOfAnother() {
    return new CookieModel(CLIENT, 40_001, VIP, HTTP_PORT).value(minute(NOW), CLIENT_SYN, 0);
  }

  /** By the key that stands where none was ever written. */
  private static int guessed() {
    return CookieModel.ofClient().value(new CookieKey(0, 0, 0), 0, CLIENT_SYN, 0, false, 0);
  }

  private static byte[] guess() {
    return ack(guessed());
  }

  private static Frame ackFrame(int cookie) {
    return Frame.ip(Frame.TCP)
        .raw(Segment.from(40_000, HTTP_PORT).ack(CLIENT_SYN, cookie).bytes(CLIENT, VIP));
  }

  private static byte[] ack(int cookie) {
    return ackFrame(cookie).bytes();
  }

  private static Frame6 ackFrame6(int cookie) {
    return Frame6.ip(Frame.TCP)
        .raw(Segment.from(40_000, HTTP_PORT).ack(CLIENT_SYN, cookie).bytes(CLIENT6, VIP6));
  }

  private static byte[] ack6(int cookie) {
    return ackFrame6(cookie).bytes();
  }
}
