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
  private static final int ADDRESSES = 12;
  private static final int OPTION = 20;

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
    return withMss(frame, mss, IP_HEADER, ADDRESSES, 2 * Integer.BYTES);
  }

  /** The same of an IP header of so many bytes, with addresses there and so long. */
  static byte[] withMss(byte[] frame, int mss, int header, int addresses, int addressBytes) {
    byte[] changed = frame.clone();
    ByteBuffer bytes = ByteBuffer.wrap(changed);
    int ip = bytes.getShort(12) == (short) 0x8847 ? IP + 4 : IP;
    int tcp = ip + header;
    bytes.put(tcp + 12, (byte) (6 << 4));
    bytes.put(tcp + OPTION, (byte) 2).put(tcp + OPTION + 1, (byte) 4);
    bytes.putShort(tcp + OPTION + 2, (short) mss);
    bytes.putShort(tcp + 16, (short) 0);
    int sum = Frame.TCP + bytes.capacity() - tcp;
    sum += words(bytes, ip + addresses, ip + addresses + addressBytes);
    sum += words(bytes, tcp, bytes.capacity());
    sum = (sum & 0xffff) + (sum >>> 16);
    bytes.putShort(tcp + 16, (short) ~((sum & 0xffff) + (sum >>> 16)));
    return changed;
  }

  /** For the checksum of RFC 9293 section 3.1, over pseudo-header and segment. */
  private static int words(ByteBuffer bytes, int from, int to) {
    int sum = 0;
    for (int at = from; at < to; at += 2) {
      sum += Short.toUnsignedInt(bytes.getShort(at));
    }
    return sum;
  }
}
