package dev.shunt.replication.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.Term;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionLabel;
import dev.shunt.replication.SessionState;
import dev.shunt.replication.Sessions;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SessionCodecTest {

  @Property
  void whatIsWrittenIsReadBack(@ForAll("sessions") Session session, @ForAll long writtenMicros) {
    SessionCodec.Entry read =
        SessionCodec.entry(
            SessionCodec.key(session.flow()), SessionCodec.value(session, writtenMicros));

    assertThat(read).isEqualTo(new SessionCodec.Entry(session, writtenMicros));
  }

  @Property
  void twoFlowsHaveTheSameKeyOnlyIfTheyAreTheSame(
      @ForAll("flows") Flow one, @ForAll("flows") Flow other) {
    assertThat(Arrays.equals(SessionCodec.key(one), SessionCodec.key(other)))
        .isEqualTo(one.equals(other));
  }

  @Property
  void whatALaterReleaseAppendsIsIgnored(
      @ForAll("sessions") Session session, @ForAll @IntRange(max = 215) int appended) {
    byte[] value = SessionCodec.value(session, 7);
    byte[] longer = Arrays.copyOf(value, value.length + appended);

    assertThat(SessionCodec.entry(SessionCodec.key(session.flow()), longer))
        .isEqualTo(new SessionCodec.Entry(session, 7));
  }

  @Property
  void aTruncatedValueIsNotRead(
      @ForAll("sessions") Session session, @ForAll @IntRange(max = 29) int length) {
    byte[] value = Arrays.copyOf(SessionCodec.value(session, 7), length);

    assertThat(SessionCodec.entry(SessionCodec.key(session.flow()), value)).isNull();
  }

  @Property
  void aTruncatedKeyIsNotRead(@ForAll("flows") Flow flow, @ForAll @IntRange(max = 37) int length) {
    byte[] key = SessionCodec.key(flow);

    assertThat(SessionCodec.flow(Arrays.copyOf(key, Math.min(length, key.length - 1)))).isNull();
  }

  @Property
  void anyBytesAreReadOrNotButNeverFail(
      @ForAll @Size(max = 300) byte[] key, @ForAll @Size(max = 300) byte[] value) {
    SessionCodec.Entry read = SessionCodec.entry(key, value);
    Flow flow = SessionCodec.flow(key);

    if (flow != null) {
      assertThat(SessionCodec.key(flow)).isEqualTo(key);
    }
    assertThat(read == null || read.session().flow().equals(flow)).isTrue();
  }

  @Example
  void anotherVersionAnUnknownStateANegativeTermAndAnOverlongValueAreNotRead() {
    Session session = Sessions.session(1, Sessions.FIRST);
    byte[] key = SessionCodec.key(session.flow());

    assertThat(SessionCodec.entry(key, changed(session, 0, 2))).isNull();
    assertThat(SessionCodec.entry(key, changed(session, 1, 3))).isNull();
    assertThat(SessionCodec.entry(key, changed(session, 6, 0x80))).isNull();
    assertThat(SessionCodec.entry(key, Arrays.copyOf(SessionCodec.value(session, 7), 257)))
        .isNull();
    assertThat(SessionCodec.entry(key, null)).isNull();
    assertThat(SessionCodec.entry(null, SessionCodec.value(session, 7))).isNull();
  }

  @Example
  void anIpv4FlowInTheFormOfIpv6IsNotReadForItWouldHaveTwoKeys() {
    byte[] key = new byte[38];
    key[0] = 6;
    key[1] = 6;
    key[12] = key[13] = key[30] = key[31] = -1;

    assertThat(SessionCodec.flow(key)).isNull();
  }

  @Example
  void theBytesOfVersionOneAreTheseForEver() {
    Flow flow =
        Flow.of(
            Protocol.UDP,
            new InetSocketAddress("192.0.2.7", 4711),
            new InetSocketAddress("198.51.100.1", 53));
    Session session = new Session(flow, 17, SessionState.CLOSING, Term.of(3, 1), 1_000);

    assertThat(HexFormat.of().formatHex(SessionCodec.key(flow)))
        .isEqualTo("0411" + "c0000207" + "1267" + "c6336401" + "0035");
    assertThat(HexFormat.of().formatHex(SessionCodec.value(session, 2_000)))
        .isEqualTo(
            "01"
                + "02"
                + "00000011"
                + "0000000000300001"
                + "00000000000003e8"
                + "00000000000007d0");
  }

  @Example
  void theLabelFollowsInTheseBytesAndOnlyWhereThereIsOne() {
    SessionLabel label = new SessionLabel(8193 + 2 * 7, 0x0200_0000_0a01L, true);
    Session plain = Sessions.session(1, Sessions.FIRST);
    Session labelled = labelled(plain, label);

    assertThat(HexFormat.of().formatHex(SessionCodec.value(labelled, 7)))
        .isEqualTo(
            HexFormat.of().formatHex(SessionCodec.value(plain, 7))
                + "0000200f"
                + "020000000a01"
                + "01");
  }

  @Property
  void whatAnOlderReleaseWroteIsASessionWithoutALabel(
      @ForAll("sessions") Session session, @ForAll @IntRange(max = 10) int more) {
    byte[] older = Arrays.copyOf(SessionCodec.value(session, 7), SessionCodec.VALUE_BYTES + more);

    assertThat(SessionCodec.entry(SessionCodec.key(session.flow()), older))
        .isEqualTo(new SessionCodec.Entry(labelled(session, SessionLabel.NONE), 7));
  }

  @Example
  void aLabelThatNoSessionCanHaveIsNotRead() {
    Session session =
        labelled(Sessions.session(1, Sessions.FIRST), new SessionLabel(8193, 0, false));
    byte[] key = SessionCodec.key(session.flow());

    assertThat(SessionCodec.entry(key, changed(session, 33, 0x02))).isNull();
    assertThat(SessionCodec.entry(key, changed(session, 32, 0x10))).isNull();
    assertThat(SessionCodec.entry(key, changed(session, 30, 0x80))).isNull();
    assertThat(SessionCodec.entry(key, changed(session, 40, 0xfe)))
        .as("flags of a later release")
        .isEqualTo(new SessionCodec.Entry(session, 7));
  }

  private static Session labelled(Session session, SessionLabel label) {
    return new Session(
        session.flow(),
        session.target(),
        session.state(),
        session.term(),
        session.sinceMillis(),
        label);
  }

  @Provide
  Arbitrary<Flow> flows() {
    Arbitrary<Protocol> protocols = Arbitraries.of(Protocol.class);
    Arbitrary<Integer> ports = Arbitraries.integers().between(0, 65_535);
    Arbitrary<Long> longs = Arbitraries.longs();
    Arbitrary<Flow> ipv4 =
        Combinators.combine(protocols, Arbitraries.integers(), ports, Arbitraries.integers(), ports)
            .as(Flow::ofIpv4);
    Arbitrary<Flow> ipv6 =
        Combinators.combine(protocols, longs, longs, ports, longs, longs, ports).as(Flow::new);
    return Arbitraries.oneOf(ipv4, ipv6);
  }

  @Provide
  Arbitrary<Session> sessions() {
    return Combinators.combine(
            flows(),
            Arbitraries.integers(),
            Arbitraries.of(SessionState.class),
            Arbitraries.longs().greaterOrEqual(0).map(Term::new),
            Arbitraries.longs(),
            labels())
        .as(Session::new);
  }

  private static Arbitrary<SessionLabel> labels() {
    Arbitrary<Integer> forth =
        Arbitraries.integers().between(0, SessionLabel.PAIRS - 1).map(SessionLabel::forthOf);
    return Arbitraries.oneOf(
        Arbitraries.just(SessionLabel.NONE),
        Combinators.combine(
                Arbitraries.oneOf(forth, Arbitraries.just(0)),
                Arbitraries.longs().between(0, (1L << 48) - 1),
                Arbitraries.of(true, false))
            .as(SessionLabel::new));
  }

  private static byte[] changed(Session session, int index, int to) {
    byte[] value = SessionCodec.value(session, 7);
    value[index] = (byte) to;
    return value;
  }
}
