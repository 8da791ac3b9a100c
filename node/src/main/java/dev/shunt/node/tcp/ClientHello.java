package dev.shunt.node.tcp;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The body of a TLS client's greeting, read strictly: every length must be right. */
final class ClientHello {

  /** It is not one. */
  static final class BadHello extends Exception {
    private static final long serialVersionUID = 1;

    BadHello() {
      super("", null, false, false);
    }
  }

  private static final int RANDOM = 32;
  private static final int MAX_SESSION_ID = 32;
  private static final int SERVER_NAME = 0;
  private static final int HOST_NAME = 0;
  private static final int MAX_NAME = 255;

  private final byte[] bytes;
  private final int end;
  private int at;

  private ClientHello(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  /**
   * The server that it asks for in lower case, or null.
   *
   * @throws BadHello when it is not well-formed
   */
  static @Nullable String serverName(byte[] bytes, int from, int end) throws BadHello {
    return new ClientHello(bytes, from, end).read();
  }

  private @Nullable String read() throws BadHello {
    require(unsignedShort() >> 8 == 3);
    skip(RANDOM);
    int sessionId = unsignedByte();
    require(sessionId <= MAX_SESSION_ID);
    skip(sessionId);
    int suites = unsignedShort();
    require(suites >= 2 && suites % 2 == 0);
    skip(suites);
    int compressions = unsignedByte();
    require(compressions >= 1);
    skip(compressions);
    if (at == end) {
      return null; // TLS 1.2 without any extension.
    }
    require(unsignedShort() == end - at);
    return extensions();
  }

  private @Nullable String extensions() throws BadHello {
    String name = null;
    BitSet seen = new BitSet();
    while (at < end) {
      int type = unsignedShort();
      int length = unsignedShort();
      require(length <= end - at && !seen.get(type));
      seen.set(type);
      int after = at + length;
      if (type == SERVER_NAME) {
        name = nameOf(after);
      }
      at = after;
    }
    return name;
  }

  /** One host name and nothing else: other kinds of names were never defined. */
  private String nameOf(int after) throws BadHello {
    require(after - at >= 5);
    require(unsignedShort() == after - at);
    require(unsignedByte() == HOST_NAME);
    int length = unsignedShort();
    require(length == after - at && length >= 1 && length <= MAX_NAME);
    for (int i = at; i < after; i++) {
      require(isHostByte(bytes[i]));
    }
    require(bytes[at] != '.' && bytes[after - 1] != '.');
    return new String(bytes, at, length, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
  }

  private static boolean isHostByte(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b == '-'
        || b == '.'
        || b == '_';
  }

  private int unsignedByte() throws BadHello {
    require(at < end);
    return bytes[at++] & 0xFF;
  }

  private int unsignedShort() throws BadHello {
    int high = unsignedByte();
    return (high << 8) | unsignedByte();
  }

  private void skip(int count) throws BadHello {
    require(count <= end - at);
    at += count;
  }

  private static void require(boolean condition) throws BadHello {
    if (!condition) {
      throw new BadHello();
    }
  }
}
