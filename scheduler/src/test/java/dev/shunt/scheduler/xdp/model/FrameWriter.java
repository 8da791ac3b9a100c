package dev.shunt.scheduler.xdp.model;

/** Writes a frame from its beginning on, in network order. */
final class FrameWriter {

  /** Not a copy. */
  byte[] out = {};

  /** Where the next byte will be. */
  int at;

  /** What comes is written to the beginning of this buffer. */
  void begin(byte[] buffer) {
    out = buffer;
    at = 0;
  }

  void put16(int value) {
    Sums.put16(out, at, value);
    at += 2;
  }

  void put32(int value) {
    put16(value >>> 16);
    put16(value);
  }

  void put64(long value) {
    put32((int) (value >>> 32));
    put32((int) value);
  }

  void putMac(long mac) {
    put16((int) (mac >>> 32));
    put32((int) mac);
  }
}
