package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.World.CLIENT;
import static dev.shunt.scheduler.xdp.World.HTTP_PORT;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.ROUTER;
import static dev.shunt.scheduler.xdp.World.VIP;

import java.nio.ByteBuffer;

/** Frames of a labelled flow, as they come to an edge and leave it. */
final class EdgeFrames {

  private static final int TTL = 64;
  private static final int IP = 14;
  private static final int IP_HEADER = 20;
  private static final int OPTION = IP + IP_HEADER + 20;

  private EdgeFrames() {}

  /** From the client. */
  static Frame request(int flags) {
    return Frame.tcp(flags);
  }

  /** From the VIP. */
  static Frame answer(int flags) {
    return Frame.tcp(flags).source(VIP, HTTP_PORT).destination(CLIENT, 40_000);
  }

  static Frame udpAnswer() {
    return Frame.udp().source(VIP, World.DNS_PORT).destination(CLIENT, 40_000);
  }

  /** Comes from the router with a label. */
  static byte[] in(Frame frame, int label) {
    return frame.labelled(MINE, ROUTER, label, TTL, true);
  }

  /** The same without. */
  static byte[] popped(Frame frame) {
    frame.to = MINE;
    frame.from = ROUTER;
    return frame.bytes();
  }

  /** Goes out by the stack's own choice. */
  static byte[] out(Frame frame) {
    frame.to = World.STRANGER;
    frame.from = MINE;
    return frame.bytes();
  }

  /** The same with a label, to the router. */
  static byte[] pushed(Frame frame, int label) {
    return frame.labelled(ROUTER, MINE, label, TTL, true);
  }

  /** A SYN's frame whose first option says this MSS; its checksum is right. */
  static byte[] withMss(byte[] frame, int mss) {
    byte[] changed = frame.clone();
    ByteBuffer bytes = ByteBuffer.wrap(changed);
    int shim = bytes.getShort(12) == 0x0800 ? 0 : 4;
    bytes.put(shim + IP + IP_HEADER + 12, (byte) (6 << 4));
    bytes.put(shim + OPTION, (byte) 2).put(shim + OPTION + 1, (byte) 4);
    bytes.putShort(shim + OPTION + 2, (short) mss);
    int tcp = shim + IP + IP_HEADER;
    bytes.putShort(tcp + 16, (short) 0);
    bytes.putShort(tcp + 16, (short) checksum(bytes, shim + IP));
    return changed;
  }

  /** RFC 9293 section 3.1, over pseudo-header and segment. */
  private static int checksum(ByteBuffer bytes, int ip) {
    int length = bytes.capacity() - ip - IP_HEADER;
    int sum = Frame.TCP + length;
    for (int at = ip + 12; at < ip + IP_HEADER + length; at += 2) {
      sum += Short.toUnsignedInt(bytes.getShort(at));
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return ~((sum & 0xffff) + (sum >>> 16));
  }
}
