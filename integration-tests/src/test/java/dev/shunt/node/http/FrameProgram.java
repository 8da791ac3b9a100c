package dev.shunt.node.http;

import dev.shunt.integrationtests.fuzz.Oracle;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;

/**
 * What a fuzzer's bytes are taken for: a program whose steps each send a frame of HTTP/2, raw
 * bytes, or do something else, so that most of what comes of any bytes is well-formed frames. Steps
 * end with 0xFF; docs/TESTING.md has the language.
 */
final class FrameProgram {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int ACK = 1;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  static final int PADDED = 8;
  static final int PRIORITISED = 0x20;

  /** Who is told what to do. */
  interface Driver {
    /** These bytes come in one read. */
    void sends(byte[] bytes);

    void passesTime(int tenths);

    /** A step of another kind. */
    void does(char kind, String how);

    /** The stream that {@code =} stands for. */
    int newest();
  }

  private static final int MOST_STEPS = 600;
  private static final int MOST_BYTES = 1 << 18;
  private static final int FLAGS = 0x3F;
  private static final int BLOCK = 128;
  private static final Map<Character, String[]> TEMPLATES =
      Map.of(
          'g', request("GET"),
          'p', request("POST"),
          'o', request("OPTIONS"),
          'h', request("HEAD"),
          'w', tunnel("websocket"),
          't', tunnel("connect-udp"),
          '2', new String[] {":status", "200"},
          '1', new String[] {":status", "103"},
          '4', new String[] {":status", "204"},
          '5', new String[] {":status", "503"});

  private final String[] steps;
  private final Driver driver;
  private final ByteArrayOutputStream joined = new ByteArrayOutputStream();
  private boolean joining;
  private int cut;
  private int opened = -1;
  private int done;
  private int sent;

  private FrameProgram(byte[] input, Driver driver) {
    this.steps = Oracle.text(input).split("\u00ff", -1);
    this.driver = driver;
  }

  static void run(byte[] input, Driver driver) {
    FrameProgram program = new FrameProgram(input, driver);
    for (int at = 0; at < program.steps.length; at++) {
      String step = program.steps[at];
      if (at(step, 0) == '*') {
        int last = Math.min(program.steps.length - 1, at + 1 + (at(step, 2) & 3));
        program.repeat(at(step, 1) & 0x7F, at + 1, last);
        at = last;
      } else {
        program.step(step);
      }
    }
    program.flush();
  }

  private static String[] request(String method) {
    return new String[] {":method", method, ":scheme", "http", ":authority", "a", ":path", "/"};
  }

  private static String[] tunnel(String protocol) {
    return new String[] {
      ":method",
      "CONNECT",
      ":protocol",
      protocol,
      ":scheme",
      "http",
      ":authority",
      "a",
      ":path",
      "/"
    };
  }

  private static char at(String text, int index) {
    return index < text.length() ? text.charAt(index) : '@';
  }

  private void repeat(int times, int from, int to) {
    for (int i = 0; i < times; i++) {
      for (int at = from; at <= to; at++) {
        step(steps[at]);
      }
    }
  }

  private void step(String step) {
    if (step.isEmpty() || ++done > MOST_STEPS) {
      return;
    }
    char kind = step.charAt(0);
    switch (kind) {
      case '*' -> {}
      case '&' -> {
        joining = !joining;
        flush();
      }
      case 'B' -> cut = at(step, 1) & FLAGS;
      case 'T' -> {
        flush();
        driver.passesTime(1 + (at(step, 1) & FLAGS));
      }
      case 'X' -> send(Oracle.bytes(step.substring(1)));
      case 'C', 'D', 'G', 'H', 'P', 'Q', 'R', 'S', 'U', 'W', 'Y', 'Z' -> frame(kind, step);
      default -> {
        flush();
        driver.does(kind, step.substring(1));
      }
    }
  }

  private void frame(char kind, String step) {
    String text = step.substring(Math.min(3, step.length()));
    byte[] bytes = Oracle.bytes(text);
    int flags = at(step, 2) & FLAGS;
    int stream = stream(at(step, 1));
    switch (kind) {
      case 'H' -> send(HEADERS, flags, stream, fields(text), true);
      case 'C' -> send(CONTINUATION, flags, stream, fields(text), false);
      case 'U' ->
          send(PUSH_PROMISE, flags, stream, joined(new byte[] {0, 0, 0, 2}, fields(text)), true);
      case 'D' -> send(DATA, flags, stream, bytes, true);
      case 'Z' -> send(DATA, flags, stream, filled((at(text, 0) & 0x7F) * BLOCK), true);
      case 'R' -> send(RST_STREAM, flags, stream, new byte[] {0, 0, 0, (byte) at(text, 0)}, false);
      case 'S' -> send(SETTINGS, flags, stream, bytes, false);
      case 'P' -> send(PING, flags, stream, Arrays.copyOf(bytes, 8), false);
      case 'G' -> send(GOAWAY, flags, stream, bytes, false);
      case 'W' -> send(WINDOW_UPDATE, flags, stream, Arrays.copyOf(bytes, 4), false);
      case 'Q' -> send(PRIORITY, flags, stream, Arrays.copyOf(bytes, 5), false);
      default -> send(at(text, 0) & 0x1F, flags, stream, bytes, false);
    }
  }

  /** {@code +} is the next stream of the own side, {@code =} the newest one. */
  private int stream(char name) {
    if (name == '+') {
      opened += 2;
      return opened;
    }
    int id = name == '=' ? Math.max(opened, driver.newest()) : name & 0x0F;
    opened = Math.max(opened, id | 1);
    return id;
  }

  private static byte[] filled(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 'z');
    return bytes;
  }

  /** With padding and a priority where the flags say that there are some. */
  private void send(int type, int flags, int stream, byte[] content, boolean dressed) {
    byte[] payload = content;
    if (dressed && type == HEADERS && (flags & PRIORITISED) != 0) {
      payload = joined(new byte[] {0, 0, 0, 0, 15}, payload);
    }
    if (dressed && (flags & PADDED) != 0) {
      payload = joined(new byte[] {3}, payload, new byte[3]);
    }
    send(frame(type, flags, stream, payload));
  }

  static byte[] frame(int type, int flags, int stream, byte[] payload) {
    int length = payload.length;
    byte[] head = {
      (byte) (length >> 16),
      (byte) (length >> 8),
      (byte) length,
      (byte) type,
      (byte) flags,
      0,
      0,
      (byte) (stream >> 8),
      (byte) stream
    };
    return joined(head, payload);
  }

  private void send(byte[] bytes) {
    sent += bytes.length;
    if (sent > MOST_BYTES) {
      return;
    }
    joined.writeBytes(bytes);
    if (!joining) {
      flush();
    }
  }

  private void flush() {
    byte[] bytes = joined.toByteArray();
    joined.reset();
    int part = cut == 0 ? Math.max(1, bytes.length) : cut;
    for (int at = 0; at < bytes.length; at += part) {
      driver.sends(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + part)));
    }
  }

  /**
   * A header block: what a template has, with the path that the second character says, then each
   * field between 0xFEs, as a name and a value with 0xFD between, or without one as raw HPACK.
   */
  static byte[] fields(String text) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    String[] parts = text.split("\u00fe", -1);
    String[] template = TEMPLATES.getOrDefault(at(parts[0], 0), new String[0]);
    for (int i = 0; i < template.length; i += 2) {
      boolean path = template[i].equals(":path");
      literal(block, template[i], path ? "/" + path(parts[0]) : template[i + 1]);
    }
    for (int i = 1; i < parts.length; i++) {
      int value = parts[i].indexOf('\u00fd');
      if (value < 0) {
        block.writeBytes(Oracle.bytes(parts[i]));
      } else {
        literal(block, parts[i].substring(0, value), parts[i].substring(value + 1));
      }
    }
    return block.toByteArray();
  }

  private static String path(String named) {
    return named.length() < 2 || named.charAt(1) == '/' ? "" : named.substring(1);
  }

  /** With incremental indexing and a new name (RFC 7541 section 6.2.1). */
  private static void literal(ByteArrayOutputStream to, String name, String value) {
    to.write(0x40);
    string(to, name);
    string(to, value);
  }

  private static void string(ByteArrayOutputStream to, String text) {
    int rest = text.length() - 127;
    to.write(Math.min(127, text.length()));
    for (; rest >= 0; rest = rest < 128 ? -1 : rest >> 7) {
      to.write(rest < 128 ? rest : (rest & 0x7F) | 0x80);
    }
    to.writeBytes(Oracle.bytes(text));
  }

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
