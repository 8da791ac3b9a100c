package dev.shunt.node.http;

import static dev.shunt.integrationtests.fuzz.Oracle.require;
import static dev.shunt.node.http.FrameProgram.RST_STREAM;

import dev.shunt.integrationtests.fuzz.Oracle;
import dev.shunt.node.http.FrameReader.Field;
import dev.shunt.node.http.MessageReading.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The requests that a client's frames make, read apart from the node, and which a server may get.
 */
final class SentRequests implements FrameReader.Listener {

  /** What a server is told by the node, whatever the client claims. */
  private static final Set<String> TOLD =
      Set.of(
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto",
          "x-real-ip",
          "forwarded",
          "te",
          "http2-settings");

  private static final Set<String> OF_AN_UPGRADE =
      Set.of("connection", "upgrade", "sec-websocket-key", "sec-websocket-accept");

  /** A request as far as it has come. */
  private static final class Sent {
    private final List<Field> head;
    private final Optional<String> malformed;
    private final StringBuilder data = new StringBuilder();
    private @Nullable List<Field> trailers;
    private boolean ended;
    private boolean broken;
    private boolean plain = true;

    Sent(List<Field> head, boolean end) {
      this.head = head;
      this.malformed = WellFormed.request(head, end);
      this.ended = end;
    }

    private String pseudo(String name) {
      return head.stream()
          .filter(f -> f.name().equals(name))
          .findFirst()
          .map(Field::value)
          .orElse("");
    }

    private boolean isTunnel() {
      return !pseudo(":protocol").isEmpty();
    }
  }

  private final TreeMap<Integer, Sent> streams = new TreeMap<>();

  /** Those for which something came before a head. */
  private final Set<Integer> touched = new HashSet<>();

  private int pings;
  private int settings;
  private int resets;

  @Override
  public void headers(int stream, List<Field> fields, boolean end) {
    Sent known = streams.get(stream);
    if (known == null) {
      boolean opens = stream % 2 == 1 && (streams.isEmpty() || stream > streams.lastKey());
      if (opens) {
        Sent sent = new Sent(fields, end);
        sent.plain = !touched.contains(stream);
        streams.put(stream, sent);
      }
    } else if (known.ended || !end) {
      known.broken |= !known.ended;
      known.plain = false;
    } else {
      known.trailers = fields;
      ends(known);
      known.broken |= WellFormed.trailers(fields).isPresent();
      known.plain &= !known.broken;
    }
  }

  @Override
  public void data(int stream, byte[] data, boolean end) {
    Sent known = streams.get(stream);
    if (known == null) {
      return;
    }
    if (known.ended) {
      known.plain = false;
      return;
    }
    known.data.append(Oracle.text(data));
    known.plain &=
        WellFormed.length(known.head).filter(length -> known.data.length() > length).isEmpty();
    if (end) {
      ends(known);
    }
  }

  private static void ends(Sent of) {
    of.ended = true;
    boolean other =
        WellFormed.length(of.head).filter(length -> length != of.data.length()).isPresent();
    of.broken |= other && !of.isTunnel();
    of.plain &= !of.broken;
  }

  @Override
  public void other(int type, int flags, int stream, byte[] payload) {
    Sent known = streams.get(stream);
    if (known == null) {
      touched.add(stream);
    } else {
      known.plain = false;
    }
    resets += type == RST_STREAM ? 1 : 0;
    pings += type == FrameProgram.PING && (flags & FrameProgram.ACK) == 0 ? 1 : 0;
    settings += type == FrameProgram.SETTINGS && (flags & FrameProgram.ACK) == 0 ? 1 : 0;
  }

  int newest() {
    return streams.isEmpty() ? 1 : streams.lastKey();
  }

  int count() {
    return streams.size();
  }

  int pings() {
    return pings;
  }

  int settings() {
    return settings;
  }

  int resets() {
    return resets;
  }

  /** Whether a stream had nothing but a request that there is nothing against. */
  boolean isGood(int stream) {
    Sent known = streams.get(stream);
    return known != null
        && known.plain
        && known.malformed.isEmpty()
        && WellFormed.isOrdinary(known.head);
  }

  /**
   * That what servers got are requests that were sent, each once, well-formed, and none complete
   * that is not.
   */
  void explain(List<Message> received) {
    List<Sent> left = new ArrayList<>(streams.values());
    left.removeIf(sent -> sent.malformed.isPresent());
    List<Message> longestFirst = new ArrayList<>(received);
    longestFirst.sort(Comparator.comparingInt((Message m) -> m.body().length()).reversed());
    for (Message message : longestFirst) {
      check(message);
      Optional<Sent> sent = left.stream().filter(each -> explains(each, message)).findFirst();
      if (sent.isEmpty()) {
        throw new AssertionError(
            "a server got what no client sent: " + message + "\nsent: " + described(left));
      }
      sent.ifPresent(left::remove);
    }
  }

  private static String described(List<Sent> sent) {
    return sent.stream().map(s -> lines(s) + " " + s.data).collect(Collectors.joining("\n"));
  }

  private static void check(Message message) {
    String all = message.startLine() + String.join("", message.fields());
    require(all.chars().noneMatch(c -> c == '\r' || c == '\n' || c == 0), "a line is not one");
    List<String> names = names(message.fields());
    require(names.stream().filter("host"::equals).count() == 1, "not one Host: " + names);
    require(
        !names.contains("keep-alive") && !names.contains("proxy-connection"), "of a connection");
    require(names.contains("upgrade") == names.contains("connection"), "half an upgrade: " + names);
    require(
        !names.contains("transfer-encoding") || !names.contains("content-length"), "two framings");
  }

  private static List<String> names(List<String> lines) {
    return lines.stream()
        .map(l -> l.substring(0, l.indexOf(':')).toLowerCase(Locale.ROOT))
        .toList();
  }

  private static boolean explains(Sent sent, Message got) {
    String method = sent.isTunnel() ? "GET" : sent.pseudo(":method");
    String startLine = method + " " + sent.pseudo(":path") + " HTTP/1.1";
    boolean upgrade = names(got.fields()).contains("upgrade");
    if (!got.startLine().equals(startLine)
        || upgrade != sent.isTunnel()
        || (upgrade && !sent.pseudo(":protocol").equals("websocket"))
        || !lines(sent).equals(theirs(sent, got))
        || !sent.data.toString().startsWith(got.body())) {
      return false;
    }
    boolean known = WellFormed.length(sent.head).isPresent();
    List<Field> trailers = sent.trailers;
    List<String> ended =
        trailers == null || known ? List.of() : trailers.stream().map(Field::toString).toList();
    boolean whole =
        known || (sent.ended && !sent.broken && sent.data.length() == got.body().length());
    return !got.complete() || upgrade || (whole && got.trailers().equals(ended));
  }

  /** The fields that a server gets of a request (RFC 9113 section 8.2.3: of cookies one). */
  private static List<String> lines(Sent sent) {
    List<String> lines = new ArrayList<>();
    String authority = sent.pseudo(":authority");
    if (!authority.isEmpty()) {
      lines.add("host: " + authority);
    }
    List<String> crumbs = new ArrayList<>();
    for (Field field : sent.head) {
      String name = field.name();
      if (name.equals("cookie")) {
        crumbs.add(field.value());
      } else if (!name.startsWith(":")
          && !TOLD.contains(name)
          && !name.equals("content-length")
          && !(name.equals("host") && !authority.isEmpty())
          && !(sent.isTunnel() && OF_AN_UPGRADE.contains(name))) {
        lines.add(field.toString());
      }
    }
    WellFormed.length(sent.head)
        .filter(_ -> !sent.isTunnel())
        .ifPresent(length -> lines.add(0, "content-length: " + length));
    if (!crumbs.isEmpty()) {
      lines.add("cookie: " + String.join("; ", crumbs));
    }
    return lines;
  }

  private static List<String> theirs(Sent sent, Message got) {
    boolean known = WellFormed.length(sent.head).isPresent();
    List<String> lines = new ArrayList<>();
    for (String line : got.fields()) {
      String name = line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
      boolean made =
          TOLD.contains(name)
              || (!known && (name.equals("transfer-encoding") || line.equals("content-length: 0")))
              || (sent.isTunnel() && OF_AN_UPGRADE.contains(name));
      if (!made && name.equals("content-length")) {
        String digits = line.substring(line.indexOf(':') + 1).strip();
        lines.add(0, name + ": " + Long.parseLong(digits)); // Said twice, it is passed on once.
      } else if (!made) {
        lines.add(line);
      }
    }
    return lines;
  }
}
