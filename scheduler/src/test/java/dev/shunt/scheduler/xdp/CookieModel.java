package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.CookieKey;
import dev.shunt.scheduler.CookieKeys;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** SYN cookies as the program makes them, written anew out of its description. */
final class CookieModel {

  static final int[] SEGMENTS = {536, 1220, 1300, 1380, 1412, 1436, 1456, 8936};

  /** In place of the window's scale: there is none. */
  static final int NO_SCALE = 15;

  static final int SACK = 16;

  private static final int MINUTE_BITS = 36;

  /** Keys as any secret would give them. */
  static final CookieKeys KEYS =
      new CookieKeys(
          number -> ByteBuffer.allocate(16).putLong(number * 0x1234567).putLong(~number).array());

  private final byte[] source;
  private final byte[] destination;
  private final int sourcePort;
  private final int destinationPort;

  /** Of the flow of frames from {@code source}. */
  CookieModel(String source, int sourcePort, String destination, int destinationPort) {
    this.source = Frame.address(source);
    this.destination = Frame.address(destination);
    this.sourcePort = sourcePort;
    this.destinationPort = destinationPort;
  }

  static CookieModel ofClient() {
    return new CookieModel(World.CLIENT, 40_000, World.VIP, World.HTTP_PORT);
  }

  static CookieModel ofClient6() {
    return new CookieModel(World.CLIENT6, 40_000, World.VIP6, World.HTTP_PORT);
  }

  static long minute(long wallNanos) {
    return wallNanos >>> MINUTE_BITS;
  }

  /** Of a SYN without timestamps. */
  int value(long minute, int clientSequence, int segmentIndex) {
    return value(minute, clientSequence, segmentIndex, false, 0);
  }

  int value(long minute, int clientSequence, int segmentIndex, boolean times, int options) {
    ByteBuffer message =
        ByteBuffer.allocate(2 * source.length + 24)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(source)
            .put(destination);
    message
        .order(ByteOrder.BIG_ENDIAN)
        .putShort((short) sourcePort)
        .putShort((short) destinationPort)
        .put((byte) Frame.TCP)
        .put(new byte[3]);
    message
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(minute)
        .putLong(
            ((long) clientSequence << 32)
                | (segmentIndex << 16)
                | ((times ? 1 : 0) << 8)
                | options);
    CookieKey key = KEYS.at(minute << MINUTE_BITS).get(1);
    long hash = SipHash.of(key.low(), key.high(), message.array());
    return ((int) (hash >>> 32) & ~31) | (segmentIndex << 2) | (int) (minute & 3);
  }
}
