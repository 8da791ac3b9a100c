package dev.shunt.node.http;

import static dev.shunt.integrationtests.fuzz.Oracle.require;
import static dev.shunt.node.http.FrameProgram.ACK;
import static dev.shunt.node.http.FrameProgram.GOAWAY;
import static dev.shunt.node.http.FrameProgram.PING;
import static dev.shunt.node.http.FrameProgram.RST_STREAM;
import static dev.shunt.node.http.FrameProgram.SETTINGS;

import dev.shunt.node.http.FrameReader.Field;
import io.netty.handler.codec.http2.Http2Error;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a node sends over an HTTP/2 connection: that it is right by itself, and what it says. */
final class FramesOfNode implements FrameReader.Listener {

  /** What the node sent on one stream. */
  static final class Stream {
    private boolean begun;
    private boolean ended;
    private Optional<Http2Error> reset = Optional.empty();
    private int data;
    private String status = "";
    private String script = "";
    private List<Field> head = List.of();

    boolean ended() {
      return ended;
    }

    /** Why the node gave it up, if it did. */
    Optional<Http2Error> reset() {
      return reset;
    }

    int data() {
      return data;
    }

    String status() {
      return status;
    }

    String script() {
      return script;
    }

    List<Field> head() {
      return head;
    }
  }

  private final FrameReader reader = new FrameReader(this);
  private final boolean ofClient;
  private final TreeMap<Integer, Stream> streams = new TreeMap<>();
  private final Map<Http2Error, Integer> resets = new EnumMap<>(Http2Error.class);
  private Optional<Http2Error> fault = Optional.empty();
  private int pings;
  private int settings;

  /**
   * @param ofClient whether it sends requests, not responses
   */
  FramesOfNode(boolean ofClient) {
    this.ofClient = ofClient;
  }

  void read(byte[] bytes) {
    reader.read(bytes);
    require(!reader.dead(), "the node's own frames are malformed");
  }

  @Override
  public void headers(int id, List<Field> fields, boolean end) {
    Stream stream = open(id);
    if (stream.begun) {
      require(end, "trailers end a stream");
      good(WellFormed.trailers(fields));
    } else if (ofClient) {
      good(WellFormed.request(fields, end));
      stream.begun = true;
    } else {
      good(WellFormed.response(fields));
      stream.status = value(fields, ":status");
      stream.script = value(fields, ScriptedServer.SCRIPT);
      stream.begun = !stream.status.startsWith("1");
      require(stream.begun || !end, "an interim response ends a stream");
    }
    stream.head = stream.head.isEmpty() ? fields : stream.head;
    stream.ended = end;
  }

  private static void good(Optional<String> fault) {
    require(fault.isEmpty(), "the node sends malformed fields: " + fault);
  }

  private static String value(List<Field> fields, String name) {
    return fields.stream()
        .filter(f -> f.name().equals(name))
        .findFirst()
        .map(Field::value)
        .orElse("");
  }

  @Override
  public void data(int id, byte[] data, boolean end) {
    Stream stream = open(id);
    require(stream.begun, "data comes before a head");
    stream.data += data.length;
    stream.ended = end;
  }

  private Stream open(int id) {
    Stream stream = streams.computeIfAbsent(id, _ -> new Stream());
    require(
        !stream.ended && stream.reset.isEmpty(), "a frame comes on a stream that has ended: " + id);
    return stream;
  }

  @Override
  public void other(int type, int flags, int id, byte[] payload) {
    pings += type == PING && (flags & ACK) != 0 ? 1 : 0;
    settings += type == SETTINGS && (flags & ACK) != 0 ? 1 : 0;
    if (type == RST_STREAM) {
      Http2Error reason = error(payload, 0);
      streams.computeIfAbsent(id, _ -> new Stream()).reset = Optional.of(reason);
      resets.merge(reason, 1, Integer::sum);
    } else if (type == GOAWAY && error(payload, 4) != Http2Error.NO_ERROR) {
      fault = Optional.of(error(payload, 4));
    }
  }

  private static Http2Error error(byte[] payload, int at) {
    return Http2Error.valueOf(FrameReader.id(payload, at));
  }

  Map<Integer, Stream> streams() {
    return streams;
  }

  int newest() {
    return streams.isEmpty() ? 1 : streams.lastKey();
  }

  /** How many streams it gave up for such a reason. */
  int resets(Http2Error reason) {
    return resets.getOrDefault(reason, 0);
  }

  /** Why it ends the connection, if not in peace. */
  Optional<Http2Error> fault() {
    return fault;
  }

  /** Answers to PING. */
  int pings() {
    return pings;
  }

  /** Answers to SETTINGS. */
  int settings() {
    return settings;
  }
}
