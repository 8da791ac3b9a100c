package dev.shunt.replication.hazelcast;

import dev.shunt.cluster.Term;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionLabel;
import dev.shunt.replication.SessionState;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sessions as bytes, in network byte order.
 *
 * <pre>
 * key    form (4 or 6) 1 | IP protocol 1 | source 4 or 16 | port 2 | destination 4 or 16 | port 2
 * value  version (1) 1   | state 1       | target 4       | term 8 | since, ms 8        | written, µs 8
 *        label 4         | client's MAC 6  | flags 1
 * </pre>
 *
 * <p>A flow has exactly one key: form 4 when both addresses are IPv4, else form 6. A later release
 * may append to a value of version 1, and this one ignores what it appended; whatever cannot be
 * understood is {@code null} here and counted by the reader. The layout of the first 30 bytes of
 * version 1 never changes, so that members of neighbouring releases share one table.
 *
 * <p>The second line was appended so: the session's label from client to server, and what belongs
 * to it; bit 0 of the flags says that the client takes labels, the others are 0 and not looked at.
 * It is there only where there is something to say, and a release that does not know it sends the
 * session by its target's label.
 */
final class SessionCodec {

  static final byte VERSION = 1;

  /** Bytes of a value of a session without a label. */
  static final int VALUE_BYTES = 30;

  /** Bytes of a value with all that this release knows. */
  static final int LABELLED_BYTES = VALUE_BYTES + 11;

  /** A value longer than this was written by nobody we know. */
  static final int MAX_VALUE_BYTES = 256;

  private static final byte FORM_IPV4 = 4;
  private static final byte FORM_IPV6 = 6;
  private static final int KEY_BYTES_IPV4 = 14;
  private static final int KEY_BYTES_IPV6 = 38;
  private static final int TERM_OFFSET = 6;
  private static final int CLIENT_LABELS = 1;
  private static final long MAPPED_PREFIX = 0x0000_ffffL << 32;

  private SessionCodec() {}

  /**
   * What the shared table says of a flow.
   *
   * @param session the entry
   * @param writtenMicros when its writer wrote it, microseconds since the epoch by its own clock
   */
  record Entry(Session session, long writtenMicros) {}

  static byte[] key(Flow flow) {
    boolean ipv4 = flow.isIpv4();
    ByteBuffer to = ByteBuffer.allocate(ipv4 ? KEY_BYTES_IPV4 : KEY_BYTES_IPV6);
    to.put(ipv4 ? FORM_IPV4 : FORM_IPV6).put((byte) flow.protocol().number());
    putAddress(to, ipv4, flow.sourceHigh(), flow.sourceLow());
    to.putShort((short) flow.sourcePort());
    putAddress(to, ipv4, flow.destinationHigh(), flow.destinationLow());
    to.putShort((short) flow.destinationPort());
    return to.array();
  }

  static @Nullable Flow flow(byte[] key) {
    if (key.length != KEY_BYTES_IPV4 && key.length != KEY_BYTES_IPV6) {
      return null;
    }
    ByteBuffer from = ByteBuffer.wrap(key);
    boolean ipv4 = key.length == KEY_BYTES_IPV4;
    byte form = from.get();
    Protocol protocol = protocol(from.get());
    if (protocol == null || form != (ipv4 ? FORM_IPV4 : FORM_IPV6)) {
      return null;
    }
    long sourceHigh = ipv4 ? 0 : from.getLong();
    long sourceLow = low(from, ipv4);
    int sourcePort = Short.toUnsignedInt(from.getShort());
    long destinationHigh = ipv4 ? 0 : from.getLong();
    long destinationLow = low(from, ipv4);
    int destinationPort = Short.toUnsignedInt(from.getShort());
    Flow flow =
        new Flow(
            protocol,
            sourceHigh,
            sourceLow,
            sourcePort,
            destinationHigh,
            destinationLow,
            destinationPort);
    return flow.isIpv4() == ipv4 ? flow : null;
  }

  static byte[] value(Session session, long writtenMicros) {
    SessionLabel label = session.label();
    boolean plain = label.equals(SessionLabel.NONE);
    ByteBuffer to =
        ByteBuffer.allocate(plain ? VALUE_BYTES : LABELLED_BYTES)
            .put(VERSION)
            .put((byte) session.state().number())
            .putInt(session.target())
            .putLong(session.term().number())
            .putLong(session.sinceMillis())
            .putLong(writtenMicros);
    if (!plain) {
      to.putInt(label.forth())
          .putShort((short) (label.clientMac() >>> Integer.SIZE))
          .putInt((int) label.clientMac())
          .put((byte) (label.clientLabels() ? CLIENT_LABELS : 0));
    }
    return to.array();
  }

  static @Nullable Entry entry(byte @Nullable [] key, byte @Nullable [] value) {
    Flow flow = key == null ? null : flow(key);
    Term term = value == null ? null : term(value);
    if (flow == null || value == null || term == null) {
      return null;
    }
    ByteBuffer from = ByteBuffer.wrap(value, 1, value.length - 1);
    SessionState state = state(from.get());
    if (state == null) {
      return null;
    }
    int target = from.getInt();
    from.getLong();
    long since = from.getLong();
    long written = from.getLong();
    SessionLabel label = label(from);
    return label == null
        ? null
        : new Entry(new Session(flow, target, state, term, since, label), written);
  }

  /** What an older release wrote ends before it. */
  private static @Nullable SessionLabel label(ByteBuffer from) {
    if (from.remaining() < LABELLED_BYTES - VALUE_BYTES) {
      return SessionLabel.NONE;
    }
    int forth = from.getInt();
    long mac =
        (Short.toUnsignedLong(from.getShort()) << Integer.SIZE)
            | Integer.toUnsignedLong(from.getInt());
    return forth == 0 || SessionLabel.isForth(forth)
        ? new SessionLabel(forth, mac, (from.get() & CLIENT_LABELS) != 0)
        : null;
  }

  /** The term of a value, without the rest. */
  static @Nullable Term term(byte[] value) {
    if (value.length < VALUE_BYTES || value.length > MAX_VALUE_BYTES || value[0] != VERSION) {
      return null;
    }
    long term = ByteBuffer.wrap(value).getLong(TERM_OFFSET);
    return term < 0 ? null : new Term(term);
  }

  private static @Nullable SessionState state(byte number) {
    for (SessionState state : SessionState.values()) {
      if (state.number() == number) {
        return state;
      }
    }
    return null;
  }

  private static @Nullable Protocol protocol(byte number) {
    for (Protocol protocol : Protocol.values()) {
      if (protocol.number() == number) {
        return protocol;
      }
    }
    return null;
  }

  private static void putAddress(ByteBuffer to, boolean ipv4, long high, long low) {
    if (ipv4) {
      to.putInt((int) low);
    } else {
      to.putLong(high).putLong(low);
    }
  }

  private static long low(ByteBuffer from, boolean ipv4) {
    return ipv4 ? MAPPED_PREFIX | Integer.toUnsignedLong(from.getInt()) : from.getLong();
  }
}
