package dev.shunt.cluster.jgroups;

import dev.shunt.cluster.MemberCalls;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A question between members, or its answer, as bytes: a mark, a kind, the number of the question
 * (64 bits), the topic as a length (8 bits) and its UTF-8, and what remains is the payload.
 *
 * @param number by which the member that asks knows its question; the answer has the same
 * @param topic of a question; empty in answers
 * @param payload the question, the answer, or why there is none, as UTF-8
 */
record CallFrame(Kind kind, long number, String topic, Payload payload) {

  /** The first byte, which no version of an election message has. */
  static final byte MARK = 'C';

  private static final int MAX_TOPIC_BYTES = 255;
  private static final int FIXED_BYTES = 2 + Long.BYTES + 1;

  /** In the order of their numbers, from 1. */
  enum Kind {
    QUESTION(1),
    ANSWER(2),
    FAILURE(3);

    private final byte number;

    Kind(int number) {
      this.number = (byte) number;
    }
  }

  /** Bytes that are not changed any more. */
  record Payload(ByteBuffer bytes) {

    static Payload of(byte[] bytes) {
      return new Payload(ByteBuffer.wrap(bytes).asReadOnlyBuffer());
    }

    static Payload of(String text) {
      return of(text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] toArray() {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      return copy;
    }

    String text() {
      return new String(toArray(), StandardCharsets.UTF_8);
    }
  }

  byte[] encode() {
    byte[] name = topic.getBytes(StandardCharsets.UTF_8);
    if (name.length > MAX_TOPIC_BYTES) {
      throw new IllegalArgumentException("topic of " + name.length + " bytes");
    }
    ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + name.length + payload.bytes.remaining());
    out.put(MARK).put(kind.number).putLong(number).put((byte) name.length).put(name);
    return out.put(payload.bytes.duplicate()).array();
  }

  static boolean isCall(byte[] bytes, int offset, int length) {
    return length > 0 && bytes[offset] == MARK;
  }

  /**
   * Reads what {@link #isCall} said yes to.
   *
   * @throws IllegalArgumentException if it is malformed
   */
  static CallFrame decode(byte[] bytes, int offset, int length) {
    if (length < FIXED_BYTES) {
      throw new IllegalArgumentException("a call of " + length + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
    in.get();
    byte kind = in.get();
    Kind found =
        Arrays.stream(Kind.values())
            .filter(k -> k.number == kind)
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("a call of kind " + kind));
    long number = in.getLong();
    int topicBytes = Byte.toUnsignedInt(in.get());
    if (topicBytes > in.remaining() || in.remaining() - topicBytes > MemberCalls.MAX_BYTES) {
      throw new IllegalArgumentException("a call of " + length + " bytes, topic " + topicBytes);
    }
    byte[] topic = new byte[topicBytes];
    in.get(topic);
    byte[] payload = new byte[in.remaining()];
    in.get(payload);
    return new CallFrame(
        found, number, new String(topic, StandardCharsets.UTF_8), Payload.of(payload));
  }
}
