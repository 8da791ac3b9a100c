package dev.shunt.node.tcp;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads which server a TLS client asks for out of its first message, in any number of records and
 * parts, and takes nothing (RFC 8446 sections 4.1.2 and 5.1, RFC 6066 section 3).
 */
public final class ClientHelloReader {

  /** What is known of the greeting. */
  public enum Result {
    /** It goes on. */
    MORE,
    /** It is complete, and {@link #serverName} says what it asks for. */
    COMPLETE,
    /** It is none. */
    BAD,
    /** It is longer than {@link #MAX_BYTES}. */
    TOO_LONG
  }

  /** No client says more when it greets; post-quantum keys take two of them. */
  public static final int MAX_BYTES = 16_384;

  /** Records may be as small as one byte of the message, but not all of them. */
  public static final int MAX_RECORDS = 64;

  private static final int RECORD_HEAD = 5;
  private static final int MESSAGE_HEAD = 4;
  private static final int HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int MAJOR = 3;
  private static final int LAST_MINOR = 4;
  private static final int MAX_RECORD = 16_384;
  private static final int FIRST_PART = 512;

  private byte[] message = new byte[FIRST_PART];
  private int messageLength;
  private final byte[] record = new byte[RECORD_HEAD];
  private int recordHeadLength;
  private int recordLeft;
  private int records;
  private @Nullable String serverName;
  private Result result = Result.MORE;

  /**
   * Looks at what came.
   *
   * @param in the next part, which stays as it is
   */
  public Result feed(ByteBuf in) {
    int at = in.readerIndex();
    while (result == Result.MORE && at < in.writerIndex()) {
      if (recordLeft == 0) {
        recordHead(in.getByte(at++));
      } else {
        int taken = Math.min(recordLeft, in.writerIndex() - at);
        append(in, at, taken);
        at += taken;
      }
    }
    return result;
  }

  /** What the client asked for, in lower case; null where it named none. */
  public @Nullable String serverName() {
    return serverName;
  }

  private void recordHead(byte next) {
    record[recordHeadLength++] = next;
    boolean right =
        switch (recordHeadLength) {
          case 1 -> next == HANDSHAKE;
          case 2 -> next == MAJOR;
          case 3 -> next >= 0 && next <= LAST_MINOR;
          default -> true;
        };
    if (!right) {
      result = Result.BAD;
    } else if (recordHeadLength == RECORD_HEAD) {
      recordHeadLength = 0;
      recordLeft = ((record[3] & 0xFF) << 8) | (record[4] & 0xFF);
      if (recordLeft == 0 || recordLeft > MAX_RECORD) {
        result = Result.BAD;
      } else if (++records > MAX_RECORDS) {
        result = Result.TOO_LONG;
      }
    }
  }

  private void append(ByteBuf in, int at, int taken) {
    int space = MAX_BYTES + MESSAGE_HEAD - messageLength;
    if (taken > space) {
      result = Result.TOO_LONG;
      return;
    }
    if (messageLength + taken > message.length) {
      message = Arrays.copyOf(message, Math.max(messageLength + taken, 2 * message.length));
    }
    in.getBytes(at, message, messageLength, taken);
    messageLength += taken;
    recordLeft -= taken;
    if (messageLength >= 1 && message[0] != CLIENT_HELLO) {
      result = Result.BAD;
    } else if (messageLength >= MESSAGE_HEAD) {
      checkLength();
    }
  }

  private void checkLength() {
    int length = ((message[1] & 0xFF) << 16) | ((message[2] & 0xFF) << 8) | (message[3] & 0xFF);
    int missing = MESSAGE_HEAD + length - messageLength;
    if (length > MAX_BYTES) {
      result = Result.TOO_LONG;
    } else if (missing < recordLeft) {
      result = Result.BAD; // Nothing else may stand in its last record (RFC 8446 section 5.1).
    } else if (missing == 0) {
      parse(length);
    }
  }

  private void parse(int length) {
    try {
      serverName = ClientHello.serverName(message, MESSAGE_HEAD, MESSAGE_HEAD + length);
      result = Result.COMPLETE;
    } catch (ClientHello.BadHello _) {
      result = Result.BAD;
    }
  }
}
