package dev.shunt.node.http;

import static dev.shunt.integrationtests.fuzz.Oracle.require;

import dev.shunt.integrationtests.fuzz.Oracle;
import dev.shunt.node.http.FrameReader.Field;
import dev.shunt.node.http.MessageReading.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The responses that a server's frames make on one connection, read apart from the node. */
final class SentResponses implements FrameReader.Listener {

  /** Of a connection, or made by the node. */
  private static final Set<String> MADE =
      Set.of("transfer-encoding", "connection", "te", "http2-settings", "content-length");

  private static final Set<String> WITHOUT_BODY = Set.of("204", "304");

  /** A response as far as it has come. */
  private static final class Sent {
    private List<Field> head = List.of();
    private List<Field> trailers = List.of();
    private final StringBuilder data = new StringBuilder();
    private boolean ended;
    private boolean broken;

    private String status() {
      return head.isEmpty() ? "" : head.getFirst().value();
    }
  }

  private final TreeMap<Integer, Sent> streams = new TreeMap<>();

  @Override
  public void headers(int stream, List<Field> fields, boolean end) {
    Sent sent = streams.computeIfAbsent(stream, _ -> new Sent());
    if (sent.ended || sent.broken) {
      return;
    }
    if (!sent.head.isEmpty()) {
      sent.broken = !end || WellFormed.trailers(fields).isPresent();
      sent.trailers = fields;
    } else {
      sent.broken = WellFormed.response(fields).isPresent();
      boolean interim = !sent.broken && fields.getFirst().value().startsWith("1");
      sent.broken |= interim && end;
      sent.head = interim ? List.of() : fields;
    }
    sent.ended = end;
  }

  @Override
  public void data(int stream, byte[] data, boolean end) {
    Sent sent = streams.computeIfAbsent(stream, _ -> new Sent());
    if (!sent.ended && !sent.broken) {
      sent.broken = sent.head.isEmpty();
      sent.data.append(Oracle.text(data));
      sent.ended = end;
    }
  }

  @Override
  public void other(int type, int flags, int stream, byte[] payload) {
    Sent sent = streams.get(stream);
    if (type == FrameProgram.RST_STREAM && sent != null && !sent.ended) {
      sent.broken = true;
    }
  }

  /** Whether what a client got is what was sent on a stream, and complete only if that is. */
  boolean explains(int stream, Message got, boolean head) {
    Sent sent = streams.get(stream);
    if (sent == null || sent.head.isEmpty() || WellFormed.response(sent.head).isPresent()) {
      return false;
    }
    boolean tunnel = got.startLine().equals("HTTP/1.1 101");
    if (tunnel) {
      return sent.status().startsWith("2");
    }
    boolean bodyless = head || WITHOUT_BODY.contains(sent.status());
    if (!got.startLine().equals("HTTP/1.1 " + sent.status())
        || !lines(sent).equals(theirs(got))
        || !sent.data.toString().startsWith(got.body())) {
      return false;
    }
    Optional<Long> length = WellFormed.length(sent.head);
    boolean measured = length.filter(l -> l == got.body().length()).isPresent();
    boolean whole = sent.ended && !sent.broken && sent.data.length() == got.body().length();
    boolean right = length.isEmpty() || measured;
    return !got.complete() || bodyless || measured || (whole && right && trailed(sent, got));
  }

  private static boolean trailed(Sent sent, Message got) {
    return got.trailers().isEmpty()
        || got.trailers().equals(sent.trailers.stream().map(Field::toString).toList());
  }

  private static List<String> lines(Sent sent) {
    List<String> lines = new ArrayList<>();
    for (Field field : sent.head) {
      if (!field.name().startsWith(":") && !MADE.contains(field.name())) {
        lines.add(field.toString());
      }
    }
    return lines;
  }

  private static List<String> theirs(Message got) {
    List<String> lines = new ArrayList<>();
    for (String line : got.fields()) {
      String name = line.substring(0, line.indexOf(':'));
      require(!name.equals("upgrade") && !name.equals("keep-alive"), "of a connection: " + line);
      if (!MADE.contains(name.toLowerCase(Locale.ROOT))) {
        lines.add(line);
      }
    }
    return lines;
  }
}
