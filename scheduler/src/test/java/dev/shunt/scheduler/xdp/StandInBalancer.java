package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.Arrays.copyOfRange;

import dev.shunt.scheduler.MacAddress;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * A balancer that knows one server and one client, for tests of the edge alone: it forwards raw
 * frames as claim L8 says, and nothing else. Obeys {@code relabel} on standard input.
 */
final class StandInBalancer {

  static final int TARGET = 1026;
  private static final int ASK = 16;
  private static final int FIRST = 8193;
  private static final int IPV4 = 0x0800;
  private static final int ARP = 0x0806;
  private static final int MPLS = 0x8847;
  private static final int L4 = 14 + 20;
  private static final byte[] VIP = Frame.address(World.VIP);
  private static final int SYN = 0x02;
  private static final int ALL_PROTOCOLS = 0x0300; // ETH_P_ALL in network order

  private static final MethodHandle RECV =
      Native.function(
          Native.LINKER.defaultLookup(),
          "recv",
          FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

  private final DataInterface nic;
  private final MacAddress server;
  private final MacAddress client;
  private final int socket;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment link;

  /** By the client's port: the C2S label, or 0 after the first packet. */
  private final Map<Integer, Integer> sessions = new HashMap<>();

  private final Map<Integer, Boolean> asked = new HashMap<>();
  private int next = FIRST;

  private StandInBalancer(MacAddress server, MacAddress client) throws Exception {
    nic = DataInterface.of("eth0");
    this.server = server;
    this.client = client;
    socket =
        Native.check(
            LibC.socket(LibC.AF_PACKET, LibC.SOCK_RAW, ALL_PROTOCOLS), "opening", "a raw socket");
    // struct sockaddr_ll: family, protocol, interface.
    link = arena.allocate(20, 8);
    link.set(java.lang.foreign.ValueLayout.JAVA_SHORT, 0, (short) LibC.AF_PACKET);
    link.set(JAVA_INT, 4, nic.index());
  }

  /** Arguments: the MAC addresses of server and client. */
  public static void main(String[] args) throws Exception {
    StandInBalancer balancer =
        new StandInBalancer(MacAddress.parse(args[0]), MacAddress.parse(args[1]));
    Thread.ofPlatform().daemon().start(balancer::forward);
    System.out.println("ready");
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      balancer.relabel();
      System.out.println("done");
    }
  }

  /** Every session gets another pair with its next packet that has to be analysed. */
  private synchronized void relabel() {
    sessions.replaceAll((_, _) -> 0);
  }

  private void forward() {
    MemorySegment buffer = arena.allocate(2048);
    while (true) {
      byte[] frame = receive(buffer);
      if (frame.length >= 34 && !nic.mac().equals(MacAddress.of(copyOfRange(frame, 6, 12)))) {
        handle(frame);
      }
    }
  }

  private synchronized void handle(byte[] frame) {
    int type = shortAt(frame, 12);
    if (type == ARP) {
      answer(frame);
    } else if (type == MPLS) {
      int label = intAt(frame, 14) >>> 12;
      if (label == ASK) {
        analyse(popped(frame), true);
      } else if (label % 2 == 1 && isLive(label)) {
        send(addressed(frame, server));
      } else if (label % 2 == 1) {
        analyse(popped(frame), false);
      } else if (isLive(label - 1)) {
        // A client that never asked is an ordinary one.
        boolean capable = asked.getOrDefault(shortAt(popped(frame), L4 + 2), false);
        send(addressed(capable ? frame : popped(frame), client));
      }
    } else if (type == IPV4) {
      analyse(frame, false);
    }
  }

  private boolean isLive(int c2s) {
    return sessions.containsValue(c2s);
  }

  private void analyse(byte[] frame, boolean asks) {
    if (intAt(frame, 30) != intAt(VIP, 0)) {
      return;
    }
    int port = shortAt(frame, L4);
    if ((frame[L4 + 13] & SYN) != 0) {
      sessions.put(port, 0);
      asked.put(port, asks);
      send(labelled(frame, TARGET));
      return;
    }
    if (sessions.getOrDefault(port, 0) == 0) {
      sessions.put(port, next);
      next += 2;
    }
    send(labelled(frame, sessions.getOrDefault(port, 0)));
  }

  private static int shortAt(byte[] frame, int at) {
    return Short.toUnsignedInt(ByteBuffer.wrap(frame).getShort(at));
  }

  private static int intAt(byte[] frame, int at) {
    return ByteBuffer.wrap(frame).getInt(at);
  }

  private byte[] labelled(byte[] frame, int label) {
    return ByteBuffer.allocate(frame.length + 4)
        .put(server.bytes())
        .put(nic.mac().bytes())
        .putShort((short) MPLS)
        .putInt((label << 12) | 0x100 | Byte.toUnsignedInt(frame[22]))
        .put(frame, 14, frame.length - 14)
        .array();
  }

  private static byte[] popped(byte[] frame) {
    return ByteBuffer.allocate(frame.length - 4)
        .put(frame, 0, 12)
        .putShort((short) IPV4)
        .put(frame, 18, frame.length - 18)
        .array();
  }

  private byte[] addressed(byte[] frame, MacAddress to) {
    ByteBuffer.wrap(frame).put(to.bytes()).put(nic.mac().bytes());
    return frame;
  }

  private void answer(byte[] request) {
    if (shortAt(request, 20) == 1 && intAt(request, 38) == intAt(VIP, 0)) {
      send(
          ByteBuffer.allocate(42)
              .put(request, 22, 6)
              .put(nic.mac().bytes())
              .put(request, 12, 8)
              .putShort((short) 2)
              .put(nic.mac().bytes())
              .put(VIP)
              .put(request, 22, 10)
              .array());
    }
  }

  private byte[] receive(MemorySegment buffer) {
    try {
      long length = (long) RECV.invokeExact(Native.state(), socket, buffer, buffer.byteSize(), 0);
      return buffer.asSlice(0, Math.max(0, length)).toArray(JAVA_BYTE);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  private void send(byte[] frame) {
    try (Arena sending = Arena.ofConfined()) {
      LibC.sendto(socket, sending.allocateFrom(JAVA_BYTE, frame), link);
    }
  }
}
