package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.CookieFixtures.CLIENT_SYN;
import static dev.shunt.scheduler.xdp.CookieFixtures.NOW;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.SYN;
import static dev.shunt.scheduler.xdp.Frame.tcp;
import static dev.shunt.scheduler.xdp.World.B;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.CLIENT;
import static dev.shunt.scheduler.xdp.World.HTTP;
import static dev.shunt.scheduler.xdp.World.HTTP_PORT;
import static dev.shunt.scheduler.xdp.World.VIP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.Pick;
import dev.shunt.scheduler.SynCookies;
import dev.shunt.scheduler.xdp.layout.Flow4Layout;
import dev.shunt.scheduler.xdp.layout.SharedLayouts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What cookies say beyond one packet. */
final class CookieTest {

  private static final SynCookies ALWAYS = new SynCookies(SynCookies.Use.ALWAYS, SynCookies.MOST);
  private static final int LABEL_AT = 14;
  private static final int TCP_AT = 34;

  /** Where the timestamp is in a SYN-ACK's options, behind the MSS and two bytes. */
  private static final int TIME_AT = TCP_AT + 28;

  private World world;

  @BeforeEach
  void open() throws DataPlaneException {
    Kernel.requireBpf();
    world = new World();
  }

  @AfterEach
  void close() {
    if (world != null) {
      world.close();
    }
  }

  @Test
  void aClientWithTimestampsKeepsItsOptionsInThem() throws DataPlaneException {
    CookieFixtures.clock(world, ALWAYS, NOW);
    int clientTime = 0x11223344;
    byte[] syn =
        CookieFixtures.syn(
            2, 4, 5, 180, 4, 2, 8, 10, 0x11, 0x22, 0x33, 0x44, 0, 0, 0, 0, 1, 3, 3, 9);

    ByteBuffer answer = ByteBuffer.wrap(world.run(syn).frame());

    int cookie = answer.getInt(TCP_AT + 4);
    int time = answer.getInt(TIME_AT);
    assertThat(time & 31).isEqualTo(CookieModel.SACK | 9);
    // In units of about a millisecond, less what stands in the last bits.
    assertThat((time & ~31) - (int) (NOW >>> 20)).isBetween(-32, 60_000);
    assertThat(answer.getInt(TIME_AT + 4)).isEqualTo(clientTime);
    assertThat(cookie)
        .isEqualTo(
            CookieModel.ofClient()
                .value(CookieModel.minute(NOW), CLIENT_SYN, 6, true, CookieModel.SACK | 9));
    assertThat(answer.array())
        .isEqualTo(
            CookieFixtures.answer(
                Segment.from(HTTP_PORT, 40_000)
                    .synAck(cookie, CLIENT_SYN)
                    .window(29_200)
                    .options(options(time, clientTime, 4, 2, 1, 3, 3, 7))));

    assertThat(outcomeOf(ack(cookie, time), "forward_cookie")).isEqualTo(1);
  }

  @Test
  void aClientWithTimestampsButWithoutTheRestGetsNoMore() throws DataPlaneException {
    CookieFixtures.clock(world, ALWAYS, NOW);

    ByteBuffer answer =
        ByteBuffer.wrap(world.run(CookieFixtures.syn(8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1)).frame());

    int time = answer.getInt(TIME_AT);
    assertThat(time & 31).isEqualTo(CookieModel.NO_SCALE);
    assertThat(answer.array())
        .isEqualTo(
            CookieFixtures.answer(
                Segment.from(HTTP_PORT, 40_000)
                    .synAck(answer.getInt(TCP_AT + 4), CLIENT_SYN)
                    .window(29_200)
                    .options(options(time, 1, 1, 1, 1, 1, 1, 1))));
  }

  /** Who gives itself options that it had not is no client of ours. */
  @Test
  void aTimestampWithOtherOptionsMakesTheCookieInvalid() throws DataPlaneException {
    CookieFixtures.clock(world, ALWAYS, NOW);
    byte[] syn = CookieFixtures.syn(2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 9);
    ByteBuffer answer = ByteBuffer.wrap(world.run(syn).frame());
    int cookie = answer.getInt(TCP_AT + 4);

    assertThat(outcomeOf(ack(cookie, answer.getInt(TIME_AT) ^ 1), "cookie_invalid")).isEqualTo(1);
  }

  /**
   * A half-open flow that a flood displaced: its SYN went by turns to one target, and its ACK, for
   * want of an embryo, goes by hash to another. A cookie needs no embryo.
   */
  @Test
  void withCookiesAFloodDisplacesNobodysFirstPacket() throws DataPlaneException {
    world.row(HTTP, new DispatchRow(Pick.ROUND_ROBIN, new int[] {B, C}));
    boolean astray = false;
    for (int port = 50_000; port < 50_020 && !astray; port++) {
      int target = labelOf(tcp(SYN).sourcePort(port).bytes());
      for (int neighbour : inBucketOf(port)) {
        world.run(tcp(SYN).source(text(neighbour), port).bytes());
      }
      astray = labelOf(tcp(ACK).sourcePort(port).bytes()) != target;
    }
    assertThat(astray).as("a second packet went elsewhere than its SYN").isTrue();

    CookieFixtures.clock(world, ALWAYS, NOW);
    CookieModel flow = CookieModel.ofClient();
    int cookie = flow.value(CookieModel.minute(NOW), CLIENT_SYN, 0);
    world.run(CookieFixtures.syn());
    CookieFixtures.flood(world);
    byte[] first =
        Frame.ip(Frame.TCP)
            .raw(Segment.from(40_000, HTTP_PORT).ack(CLIENT_SYN, cookie).bytes(CLIENT, VIP))
            .bytes();
    int target = labelOf(first);
    assertThat(world.count("forward_cookie")).isEqualTo(1);
    assertThat(labelOf(tcp(ACK).bytes())).isEqualTo(target);
    assertThat(world.count("forward_session")).isEqualTo(1);
  }

  /** Other clients, whose embryos push out that of the usual one, all from one port. */
  private static List<Integer> inBucketOf(int port) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(Flow4Layout.LAYOUT);
      int bucket = bucketOf(key, bits(CLIENT), port);
      return IntStream.iterate(bits("11.0.0.1"), address -> address + 1)
          .filter(address -> bucketOf(key, address, port) == bucket)
          .limit(SharedLayouts.EMBRYO_WAYS)
          .boxed()
          .toList();
    }
  }

  private static int bucketOf(MemorySegment key, int client, int port) {
    return World.embryoBucket(key, Flow.ofIpv4(Protocol.TCP, client, port, bits(VIP), HTTP_PORT));
  }

  private static int bits(String address) {
    return ByteBuffer.wrap(Frame.address(address)).getInt();
  }

  private static String text(int address) {
    return "%d.%d.%d.%d"
        .formatted(address >>> 24, (address >>> 16) & 0xff, (address >>> 8) & 0xff, address & 0xff);
  }

  private int labelOf(byte[] frame) throws DataPlaneException {
    return ByteBuffer.wrap(world.run(frame).frame()).getInt(LABEL_AT) >>> 12;
  }

  private long outcomeOf(byte[] frame, String outcome) throws DataPlaneException {
    long before = world.count(outcome);
    world.run(frame);
    return world.count(outcome) - before;
  }

  /** The last of a handshake with timestamps, of which time is the server's. */
  private static byte[] ack(int cookie, int time) {
    return Frame.ip(Frame.TCP)
        .raw(
            Segment.from(40_000, HTTP_PORT)
                .ack(CLIENT_SYN, cookie)
                .options(
                    1,
                    1,
                    8,
                    10,
                    0,
                    0,
                    0,
                    2,
                    time >>> 24,
                    (time >>> 16) & 0xff,
                    (time >>> 8) & 0xff,
                    time & 0xff)
                .bytes(CLIENT, VIP))
        .bytes();
  }

  /** Of a SYN-ACK: two bytes stand before the timestamp and four behind it. */
  private static int[] options(int time, int echo, int... others) {
    ByteBuffer bytes =
        ByteBuffer.allocate(20)
            .put(new byte[] {2, 4, 5, (byte) 0xb0, (byte) others[0], (byte) others[1], 8, 10})
            .putInt(time)
            .putInt(echo)
            .put(
                new byte[] {
                  (byte) others[2], (byte) others[3], (byte) others[4], (byte) others[5]
                });
    int[] numbers = new int[bytes.capacity()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = bytes.get(i);
    }
    return numbers;
  }
}
