package dev.shunt.scheduler.xdp.model;

import dev.shunt.scheduler.CookieKey;
import dev.shunt.scheduler.SynCookies.Use;
import dev.shunt.scheduler.xdp.layout.Outcome;
import dev.shunt.scheduler.xdp.model.Packet.Part;

/** SYNs answered by a cookie, and the ACKs to them. */
final class HandshakeRules {

  private static final int WINDOW = 29_200;
  private static final int OWN_SCALE = 7;
  private static final int SHORT = 4;
  private static final int LONG = 20;
  private static final int MILLIS_SHIFT = 20;

  private final ModelTables tables;
  private final WireFrame frame;
  private final IpWriter writer;
  private final TcpOptions options = new TcpOptions();

  HandshakeRules(ModelTables tables, WireFrame frame) {
    this.tables = tables;
    this.frame = frame;
    writer = new IpWriter(tables, frame);
  }

  /** Whether a SYN that has no embryo is to be answered by a cookie; counts it. */
  boolean wants(Packet packet, ModelService service) {
    Use use = service.cookies().use();
    if (use == Use.OFF) {
      return false;
    }
    boolean flood = tables.floods.add(service, tables.now.coarse());
    return (flood || use == Use.ALWAYS) && tables.cookies.areThere() && isReadable(packet);
  }

  /** Whole, and of IPv6 with TCP right behind the header. */
  private static boolean isReadable(Packet packet) {
    return packet.part == Part.ALL
        && (packet.ipv4 || packet.behindIp == packet.link + Rules.IPV6_HEADER);
  }

  /** Whether an ACK answers a cookie. */
  boolean isAnswer(Packet packet) {
    if (!isReadable(packet)) {
      return false;
    }
    int tcp = packet.behindIp;
    options.read(frame, tcp);
    return tables.cookies.isValid(
        packet.flow(),
        frame.u32(tcp + 8) - 1,
        frame.u32(tcp + 4) - 1,
        options.hasTimes,
        options.hasTimes ? options.echo & CookieRules.OPTION_BITS : 0);
  }

  /** Makes the SYN-ACK out of the SYN. */
  Outcome answer(Packet packet) {
    int tcp = packet.behindIp;
    options.read(frame, tcp);
    CookieRules cookies = tables.cookies;
    long minute = cookies.minute();
    CookieKey key = cookies.key(minute);
    if (key == null) {
      throw new IllegalStateException("a cookie without a key");
    }
    int headers = packet.ipv4 ? Rules.IPV4_HEADER : Rules.IPV6_HEADER;
    int most = tables.maxFrame - 2 * Rules.SHIM_BYTES - packet.link - headers - Rules.TCP_HEADER;
    boolean times = options.hasTimes;
    int said = times ? (options.sack ? CookieRules.SACK : 0) | options.scale : 0;
    int segment = CookieRules.segment(Math.min(options.mss, most), packet.ipv4);
    int client = frame.u32(tcp + 4);
    int cookie = cookies.make(packet.flow(), key, minute, client, segment, times, said);
    int bytes = Rules.TCP_HEADER + (times ? LONG : SHORT);
    int at = writer.turnRound(packet, Rules.TCP, bytes);
    writer.turnPorts(packet, at);
    frame.put32(at + 4, cookie);
    frame.put32(at + 8, client + 1);
    frame.put16(at + 12, ((bytes / 4) << 12) | 0x12);
    frame.put16(at + 14, WINDOW);
    int option = at + Rules.TCP_HEADER;
    frame.put32(option, 0x0204_0000 | most);
    if (times) {
      frame.put32(option + 4, options.sack ? 0x0402_080a : 0x0101_080a);
      int millis = (int) (cookies.wall() >>> MILLIS_SHIFT);
      frame.put32(option + 8, (millis & ~CookieRules.OPTION_BITS) | said);
      frame.put32(option + 12, options.time);
      boolean scales = options.scale != CookieRules.NO_SCALE;
      frame.put32(option + 16, scales ? 0x0103_0300 | OWN_SCALE : 0x0101_0101);
    }
    writer.sumTcp(packet, at, bytes);
    return Outcome.SYN_COOKIE;
  }
}
