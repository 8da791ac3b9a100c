package dev.shunt.cluster.election;

import dev.shunt.cluster.ClusterConfig;
import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Term;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * {@link Message}s as bytes: a version, a kind, then the fields in the order of the record.
 *
 * <p>Numbers are big-endian; a text is its length in bytes (16 bits) and its UTF-8. What does not
 * fit this to the last byte is refused with a {@link MalformedMessageException}, never with another
 * one.
 */
public final class MessageCodec {

  /** Version of the format, the first byte of every message. */
  public static final byte VERSION = 1;

  private static final int MAX_TEXT_BYTES = Member.MAX_ATTRIBUTE_LENGTH * 3;
  private static final int MAX_MISSING = ClusterConfig.MAX_MEMBERS - 1;
  private static final int MAX_BYTES =
      64 + (MAX_MISSING + Member.MAX_ATTRIBUTES * 2) * (2 + MAX_TEXT_BYTES);

  private static final byte HEARTBEAT = 1;
  private static final byte ACK = 2;
  private static final byte BUSY = 3;
  private static final byte REFUSED = 4;
  private static final byte RELEASE = 5;
  private static final byte RESIGN = 6;
  private static final byte APPOINT = 7;
  private static final byte HELLO = 8;

  private MessageCodec() {}

  public static byte[] encode(Message message) {
    ByteBuffer out = ByteBuffer.allocate(message instanceof Message.Hello ? MAX_BYTES : 64);
    out.put(VERSION);
    switch (message) {
      case Message.Heartbeat m ->
          out.put(HEARTBEAT)
              .putLong(m.term().number())
              .putLong(m.sentAtNanos())
              .putLong(m.leaseNanos())
              .put(flag(m.holding()));
      case Message.Ack m -> out.put(ACK).putLong(m.term().number()).putLong(m.sentAtNanos());
      case Message.Busy m -> out.put(BUSY).putLong(m.term().number()).putLong(m.remainingNanos());
      case Message.Refused m -> putAppointment(out.put(REFUSED), m.highest());
      case Message.Release m -> out.put(RELEASE).putLong(m.term().number());
      case Message.Resign m -> out.put(RESIGN).putLong(m.term().number());
      case Message.Appoint m -> putAppointment(out.put(APPOINT), m.appointment());
      case Message.Hello m -> putHello(out.put(HELLO), m);
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  public static Message decode(byte[] bytes) throws MalformedMessageException {
    return decode(bytes, 0, bytes.length);
  }

  /** Reads the message that fills {@code length} bytes from {@code offset}. */
  public static Message decode(byte[] bytes, int offset, int length)
      throws MalformedMessageException {
    if (length > MAX_BYTES) {
      throw new MalformedMessageException(length + " bytes, allowed are " + MAX_BYTES);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
    try {
      byte version = in.get();
      if (version != VERSION) {
        throw new MalformedMessageException("version " + version + ", known is " + VERSION);
      }
      Message message = read(in.get(), in);
      if (in.hasRemaining()) {
        throw new MalformedMessageException(in.remaining() + " bytes too many");
      }
      return message;
    } catch (BufferUnderflowException e) {
      throw new MalformedMessageException("ends early, after " + length + " bytes");
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(String.valueOf(e.getMessage()));
    }
  }

  private static Message read(byte kind, ByteBuffer in) throws MalformedMessageException {
    return switch (kind) {
      case HEARTBEAT ->
          new Message.Heartbeat(readTerm(in), in.getLong(), readDuration(in), readFlag(in));
      case ACK -> new Message.Ack(readTerm(in), in.getLong());
      case BUSY -> new Message.Busy(readTerm(in), readDuration(in));
      case REFUSED -> new Message.Refused(readAppointment(in));
      case RELEASE -> new Message.Release(readTerm(in));
      case RESIGN -> new Message.Resign(readTerm(in));
      case APPOINT -> new Message.Appoint(readAppointment(in));
      case HELLO ->
          new Message.Hello(in.getLong(), in.getLong(), readFlag(in), readHearing(in), readMap(in));
      default -> throw new MalformedMessageException("kind " + kind + " is unknown");
    };
  }

  private static void putAppointment(ByteBuffer out, Appointment appointment) {
    putText(out.putLong(appointment.term().number()), appointment.scheduler().value());
  }

  private static Appointment readAppointment(ByteBuffer in) throws MalformedMessageException {
    return new Appointment(readTerm(in), new MemberId(readText(in)));
  }

  private static void putHello(ByteBuffer out, Message.Hello hello) {
    out.putLong(hello.incarnation()).putLong(hello.sequence()).put(flag(hello.eligible()));
    Hearing hearing = hello.hearing();
    out.put(flag(hearing.scheduler())).put((byte) hearing.missing().size());
    hearing.missing().forEach(id -> putText(out, id.value()));
    out.put((byte) hello.attributes().size());
    hello.attributes().forEach((key, value) -> putText(putText(out, key), value));
  }

  private static Hearing readHearing(ByteBuffer in) throws MalformedMessageException {
    boolean scheduler = readFlag(in);
    int size = in.get();
    if (size < 0 || size > MAX_MISSING) {
      throw new MalformedMessageException(
          size + " missing members, allowed are 0 to " + MAX_MISSING);
    }
    Set<MemberId> missing = new HashSet<>();
    for (int i = 0; i < size; i++) {
      if (!missing.add(new MemberId(readText(in)))) {
        throw new MalformedMessageException("a missing member stands there twice");
      }
    }
    return new Hearing(scheduler, missing);
  }

  private static Map<String, String> readMap(ByteBuffer in) throws MalformedMessageException {
    int size = in.get();
    if (size < 0 || size > Member.MAX_ATTRIBUTES) {
      throw new MalformedMessageException(
          size + " attributes, allowed are " + Member.MAX_ATTRIBUTES);
    }
    Map<String, String> attributes = new HashMap<>();
    for (int i = 0; i < size; i++) {
      if (attributes.put(readText(in), readText(in)) != null) {
        throw new MalformedMessageException("an attribute stands there twice");
      }
    }
    return attributes;
  }

  private static ByteBuffer putText(ByteBuffer out, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return out.putShort((short) utf8.length).put(utf8);
  }

  private static String readText(ByteBuffer in) throws MalformedMessageException {
    int length = Short.toUnsignedInt(in.getShort());
    if (length > MAX_TEXT_BYTES || length > in.remaining()) {
      throw new MalformedMessageException("a text of " + length + " bytes does not fit");
    }
    ByteBuffer utf8 = in.slice(in.position(), length);
    in.position(in.position() + length);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
      if (text.length() > Member.MAX_ATTRIBUTE_LENGTH) {
        throw new MalformedMessageException("a text of " + text.length() + " characters");
      }
      return text;
    } catch (CharacterCodingException e) {
      throw new MalformedMessageException("a text is not UTF-8");
    }
  }

  private static Term readTerm(ByteBuffer in) {
    return new Term(in.getLong());
  }

  private static long readDuration(ByteBuffer in) throws MalformedMessageException {
    long nanos = in.getLong();
    if (nanos < 0 || nanos > ElectionTimings.LONGEST_PROMISE) {
      throw new MalformedMessageException(
          "a duration of " + nanos + "ns, allowed is 0 to " + ElectionTimings.LONGEST_PROMISE);
    }
    return nanos;
  }

  private static byte flag(boolean value) {
    return (byte) (value ? 1 : 0);
  }

  private static boolean readFlag(ByteBuffer in) throws MalformedMessageException {
    byte value = in.get();
    if (value != 0 && value != 1) {
      throw new MalformedMessageException("a flag of " + value + ", allowed is 0 or 1");
    }
    return value == 1;
  }
}
