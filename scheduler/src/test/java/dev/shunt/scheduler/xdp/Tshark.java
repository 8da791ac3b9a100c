package dev.shunt.scheduler.xdp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Wireshark's dissectors, which know nothing of this project. */
final class Tshark {

  private static final int PCAP_MAGIC = 0xa1b2c3d4;
  private static final int PCAP_HEADER = 24;
  private static final int RECORD_HEADER = 16;
  private static final int ETHERNET = 1;

  private Tshark() {}

  /** Skips, or fails in CI, where it is not installed. */
  static void require() {
    Kernel.requireCommand("tshark");
  }

  /** A capture of these frames. */
  static void write(Path file, List<byte[]> frames) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(
          ByteBuffer.allocate(PCAP_HEADER)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(PCAP_MAGIC)
              .putShort((short) 2)
              .putShort((short) 4)
              .putLong(0)
              .putInt(65_535)
              .putInt(ETHERNET)
              .array());
      for (byte[] frame : frames) {
        out.write(
            ByteBuffer.allocate(RECORD_HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(0)
                .putInt(frame.length)
                .putInt(frame.length)
                .array());
        out.write(frame);
      }
    }
  }

  /** The frames of a capture. */
  static List<byte[]> read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.getInt(0) != PCAP_MAGIC) {
      throw new IOException(file + " is no capture in this machine's byte order");
    }
    List<byte[]> frames = new ArrayList<>();
    bytes.position(PCAP_HEADER);
    while (bytes.remaining() >= RECORD_HEADER) {
      byte[] frame = new byte[bytes.getInt(bytes.position() + 8)];
      bytes.position(bytes.position() + RECORD_HEADER);
      bytes.get(frame);
      frames.add(frame);
    }
    return frames;
  }

  /** Every frame of a capture, with every checksum looked at. */
  static List<Dissection> decode(Path capture) throws IOException {
    String pdml =
        Command.run(
            "sh",
            "-c",
            "exec tshark -n -r \"$0\" -T pdml -o udp.check_checksum:TRUE -o ip.check_checksum:TRUE"
                + " -o tcp.check_checksum:TRUE -o tcp.desegment_tcp_streams:FALSE"
                + " -o tcp.analyze_sequence_numbers:FALSE"
                + " -o ip.defragment:FALSE -d udp.port==53,data -d tcp.port==80,data 2> /dev/null",
            capture.toString());
    try {
      NodeList packets =
          DocumentBuilderFactory.newDefaultInstance()
              .newDocumentBuilder()
              .parse(new ByteArrayInputStream(pdml.getBytes(StandardCharsets.UTF_8)))
              .getElementsByTagName("packet");
      List<Dissection> decoded = new ArrayList<>();
      for (int i = 0; i < packets.getLength(); i++) {
        decoded.add(Dissection.of((Element) packets.item(i)));
      }
      return decoded;
    } catch (SAXException | ParserConfigurationException e) {
      throw new IOException("what tshark said is no XML", e);
    }
  }
}
