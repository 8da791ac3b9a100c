package dev.shunt.node.tcp;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads the PROXY protocol header that a connection begins with, in any number of parts (HAProxy's
 * {@code proxy-protocol.txt}). Which version it is its first byte says. Takes nothing behind it.
 */
public final class ProxyHeaderReader {

  /** The longest line of version 1, with its end. */
  public static final int MAX_V1 = 107;

  /** The longest header of version 2: addresses are 36 bytes, the rest is what else is told. */
  public static final int MAX_V2 = 4096;

  /** The fixed beginning of version 2. */
  static final int FIXED_V2 = 16;

  private static final int FIRST_PART = 128;

  private byte[] bytes = new byte[FIRST_PART];
  private int length;

  /** How many bytes have to be there before anything more is known of version 2. */
  private int wanted = FIXED_V2;

  private Optional<ConnectionEnds> ends = Optional.empty();

  /**
   * Takes what belongs to the header.
   *
   * @return whether the header is complete
   * @throws ProxyHeaderException when it is not one, or longer than allowed
   */
  public boolean feed(ByteBuf in) throws ProxyHeaderException {
    while (in.isReadable()) {
      if (length > 0 && bytes[0] == ProxyHeaderV2.SIGNATURE[0]) {
        if (feedV2(in)) {
          return true;
        }
      } else if (feedV1(in.readByte())) {
        return true;
      }
    }
    return false;
  }

  /** Whom the header names; empty where it says that the connection is the proxy's own. */
  public Optional<ConnectionEnds> ends() {
    return ends;
  }

  private boolean feedV1(byte next) throws ProxyHeaderException {
    bytes[length++] = next;
    if (length == 1 && next == ProxyHeaderV2.SIGNATURE[0]) {
      return false;
    }
    if (!ProxyHeaderV1.mayBegin(bytes, length)) {
      throw new ProxyHeaderException("neither version's signature");
    }
    if (next == '\n') {
      ends = ProxyHeaderV1.parse(bytes, length);
      return true;
    }
    if (length == MAX_V1) {
      throw new ProxyHeaderException("a line longer than " + MAX_V1 + " bytes");
    }
    return false;
  }

  private boolean feedV2(ByteBuf in) throws ProxyHeaderException {
    int taken = Math.min(in.readableBytes(), wanted - length);
    in.readBytes(bytes, length, taken);
    length += taken;
    if (!ProxyHeaderV2.mayBegin(bytes, length)) {
      throw new ProxyHeaderException("neither version's signature");
    }
    if (length < wanted) {
      return false;
    }
    if (wanted == FIXED_V2) {
      wanted = ProxyHeaderV2.length(bytes);
      bytes = Arrays.copyOf(bytes, Math.max(wanted, bytes.length));
      if (length < wanted) {
        return false;
      }
    }
    ends = ProxyHeaderV2.parse(bytes, wanted);
    return true;
  }
}
