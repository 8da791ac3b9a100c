package dev.shunt.node.http;

import static dev.shunt.integrationtests.fuzz.Oracle.require;
import static dev.shunt.integrationtests.fuzz.Oracle.same;

import dev.shunt.integrationtests.fuzz.Oracle;
import dev.shunt.node.Http2Limits;
import dev.shunt.node.HttpService;
import dev.shunt.node.Limits;
import dev.shunt.node.Timeouts;
import dev.shunt.node.http.MessageReading.Message;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client may send over HTTP/2, to a whole node in memory: servers get requests that were
 * sent and are well-formed, and nothing else; floods end within their limits, memory stays bounded,
 * nothing is left over, and the connection answers a PING or says why it ends.
 */
public final class Http2ClientFuzz {

  private static final int STREAMS = 4;
  private static final int FLOOD = 8;

  private static final Http2Limits HTTP2 =
      new Http2Limits(
          true, STREAMS, Http2Limits.MIN_WINDOW, FLOOD, FLOOD, FLOOD, FLOOD, FLOOD, 64, FLOOD);
  private static final Limits LIMITS =
      new Limits(1000, 4000, 50, 100_000, 10, 0, 240, 30, 64, 2, 20, 8192, 1);
  private static final Duration SHORT = Duration.ofMillis(500);

  /** More than all time-outs one after the other take. */
  private static final int LONG = 100;

  /** Windows, buffers towards each side, a read for each stream, and what is on its way. */
  private static final long MOST_MEMORY = 1 << 20;

  private Http2ClientFuzz() {}

  /** What Jazzer calls first: to load all classes may take longer than an input may. */
  public static void fuzzerInitialize() {
    fuzzerTestOneInput(Oracle.bytes("H+Eg/"));
  }

  /** What Jazzer calls; the bytes are a {@link FrameProgram} after preface and SETTINGS. */
  public static void fuzzerTestOneInput(byte[] input) {
    Run run = new Run();
    run.sends(Oracle.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
    run.begins = true;
    run.sends(FrameProgram.frame(FrameProgram.SETTINGS, 0, 0, new byte[0]));
    FrameProgram.run(input, run);
    run.end();
  }

  private static HttpService service(HttpService of) {
    return of.with(HTTP2).with(LIMITS).with(Timeouts.all(SHORT));
  }

  /** One connection, and what both sides said. */
  private static final class Run implements FrameProgram.Driver, MemoryNode.Peer {
    private final List<ScriptedServer> servers = new ArrayList<>();
    private final MemoryNode node = new MemoryNode(Http2ClientFuzz::service, this::server);
    private final SentRequests sent = new SentRequests();
    private final FrameReader reader = new FrameReader(sent);
    private final FramesOfNode answers = new FramesOfNode(false);
    private final MemorySocket socket = node.connect(_ -> this);
    private boolean begins;
    private boolean full;
    private boolean left;
    private boolean closing;

    private MemoryNode.Peer server(MemorySocket to) {
      ScriptedServer server = new ScriptedServer(to);
      servers.add(server);
      return server;
    }

    @Override
    public void takes(byte[] bytes) {
      answers.read(bytes);
    }

    @Override
    public void closed() {
      closing = true;
    }

    @Override
    public void sends(byte[] bytes) {
      if (begins && !left) {
        reader.read(bytes);
      }
      if (!left) {
        socket.arrives(bytes);
      }
      node.run();
      check();
    }

    @Override
    public void passesTime(int tenths) {
      node.passTime(tenths);
      check();
    }

    @Override
    public void does(char kind, String how) {
      switch (kind) {
        case 'N' -> {
          left = true;
          socket.ends();
        }
        case 'K' -> {
          full = !full;
          socket.full(full);
        }
        case 'L' -> servers.forEach(server -> server.socket().full(how.isEmpty()));
        case 'M' -> node.sockets(!how.isEmpty());
        case 'V' -> node.drain();
        default -> {}
      }
      node.run();
      check();
    }

    @Override
    public int newest() {
      return sent.newest();
    }

    /** What holds at any time. */
    private void check() {
      require(answers.fault().filter(Http2Error.INTERNAL_ERROR::equals).isEmpty(), "its own error");
      require(node.memory() <= MOST_MEMORY, "too much is kept: " + node.memory());
      long active = node.service().counters.get(Count.ACTIVE);
      require(active <= STREAMS, "more requests at once than are allowed: " + active);
      if (!full && !left) {
        boolean ended = answers.fault().isPresent() || closing;
        require(ended || !reader.dead(), "frames that cannot be read, and the connection goes on");
        int most = FLOOD * node.windows();
        require(answers.pings() <= most, "a flood of PING is answered");
        require(answers.settings() <= most + 1, "a flood of SETTINGS is answered");
        int faults = answers.resets(Http2Error.PROTOCOL_ERROR);
        faults += answers.resets(Http2Error.REFUSED_STREAM);
        require(faults <= most, "a flood of malformed requests is answered");
        require(ended || sent.resets() <= most, "a flood of RST_STREAM goes on");
      }
    }

    private void end() {
      full = false;
      socket.full(false);
      node.run();
      if (reader.atRest() && !reader.dead() && !left && !closing) {
        int before = answers.pings();
        sends(FrameProgram.frame(FrameProgram.PING, 0, 0, new byte[8]));
        require(
            answers.pings() > before || answers.fault().isPresent() || closing,
            "it neither answers a PING nor says why");
      }
      servers.forEach(server -> server.socket().full(false));
      node.end(LONG);
      List<Message> received = new ArrayList<>();
      servers.forEach(server -> received.addAll(server.messages()));
      sent.explain(received);
      answers.streams().forEach(this::checkAnswer);
    }

    private void checkAnswer(int id, FramesOfNode.Stream stream) {
      boolean asked = stream.status().isEmpty() || id <= sent.newest();
      require(asked, "an answer to what was not asked: stream " + id);
      if (stream.ended() && !stream.script().isEmpty() && stream.data() > 0) {
        same(
            ScriptedServer.LENGTHS.get(stream.script()),
            stream.data(),
            "a response looks complete and is not");
      }
      require(
          stream.reset().filter(Http2Error.PROTOCOL_ERROR::equals).isEmpty() || !sent.isGood(id),
          "a good request is refused as malformed");
    }
  }
}
