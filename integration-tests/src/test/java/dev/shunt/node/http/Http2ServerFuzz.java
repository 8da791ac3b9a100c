package dev.shunt.node.http;

import static dev.shunt.integrationtests.fuzz.Oracle.require;

import dev.shunt.integrationtests.fuzz.Oracle;
import dev.shunt.node.Http2Limits;
import dev.shunt.node.HttpService;
import dev.shunt.node.Limits;
import dev.shunt.node.ServerProtocol;
import dev.shunt.node.Timeouts;
import dev.shunt.node.ToServers;
import dev.shunt.node.http.FrameReader.Field;
import dev.shunt.node.http.MessageReading.Message;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a server may send over HTTP/2, to a whole node in memory whose clients speak HTTP/1.1: each
 * client gets a well-formed answer that is its own, complete only if it is, or an error of the
 * node's; floods end, memory stays bounded, and nothing is left over.
 */
public final class Http2ServerFuzz {

  private static final int STREAMS = 3;
  private static final int MOST_CLIENTS = 12;
  private static final int MOST_SETTINGS = 100;
  private static final Limits LIMITS =
      new Limits(1000, 4000, 50, 100_000, 100, 0, 240, 30, 64, 2, 20, 8192, 2);
  private static final Duration SHORT = Duration.ofMillis(500);
  private static final int LONG = 100;

  /** For each client and each stream: windows, buffers, and a read. */
  private static final long MOST_MEMORY = 2 << 20;

  /** With which the node answers itself. */
  private static final Set<String> OWN =
      Set.of(
          "HTTP/1.1 408",
          "HTTP/1.1 500",
          "HTTP/1.1 501",
          "HTTP/1.1 502",
          "HTTP/1.1 503",
          "HTTP/1.1 504");

  private Http2ServerFuzz() {}

  /** What Jazzer calls first: to load all classes may take longer than an input may. */
  public static void fuzzerInitialize() {
    fuzzerTestOneInput(Oracle.bytes("Ag"));
  }

  /**
   * What Jazzer calls; the bytes are a {@link FrameProgram} of which every step goes over the
   * newest connection, {@code A} lets a client ask, and {@code =} is the newest request's stream.
   */
  public static void fuzzerTestOneInput(byte[] input) {
    Run run = new Run();
    FrameProgram.run(input, run);
    run.end();
  }

  private static HttpService service(HttpService of) {
    return of.with(new ToServers(ServerProtocol.H2C, STREAMS, Http2Limits.MIN_WINDOW))
        .with(LIMITS)
        .with(Timeouts.all(SHORT));
  }

  /** A connection of the node, and what both sides said. */
  private static final class Connection implements MemoryNode.Peer {
    private final MemorySocket socket;
    private final SentResponses sent = new SentResponses();
    private final FrameReader reader = new FrameReader(sent);
    private final FramesOfNode asked = new FramesOfNode(true);
    private int preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length();
    private boolean over;

    Connection(MemorySocket socket) {
      this.socket = socket;
    }

    @Override
    public void takes(byte[] bytes) {
      int from = Math.min(preface, bytes.length);
      preface -= from;
      asked.read(java.util.Arrays.copyOfRange(bytes, from, bytes.length));
    }

    @Override
    public void closed() {
      over = true;
      socket.ends();
    }

    private void sends(byte[] bytes) {
      reader.read(bytes);
      socket.arrives(bytes);
    }

    private void check(int windows) {
      require(asked.fault().filter(Http2Error.INTERNAL_ERROR::equals).isEmpty(), "its own error");
      require(
          over || asked.fault().isPresent() || !reader.dead(),
          "frames that cannot be read, and the connection goes on");
      require(asked.settings() <= MOST_SETTINGS * windows + 1, "a flood of SETTINGS is answered");
    }
  }

  /** All connections of one program. */
  private static final class Run implements FrameProgram.Driver {
    private final List<Connection> connections = new ArrayList<>();
    private final List<ScriptedClient> clients = new ArrayList<>();
    private final MemoryNode node = new MemoryNode(Http2ServerFuzz::service, this::server);
    private boolean silent;

    private MemoryNode.Peer server(MemorySocket to) {
      Connection connection = new Connection(to);
      connections.add(connection);
      if (!silent) {
        connection.sends(FrameProgram.frame(FrameProgram.SETTINGS, 0, 0, new byte[0]));
      }
      return connection;
    }

    @Override
    public void sends(byte[] bytes) {
      if (!connections.isEmpty() && !connections.getLast().over) {
        connections.getLast().sends(bytes);
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
      char first = how.isEmpty() ? 'g' : how.charAt(0);
      switch (kind) {
        case 'A' -> {
          if (clients.size() < MOST_CLIENTS) {
            var _ = node.connect(this::client);
            clients.getLast().asks(first, clients.size());
          }
        }
        case 'N' -> connections.forEach(each -> each.socket.ends());
        case 'E' -> clients.forEach(ScriptedClient::leaves);
        case 'O' -> silent = !silent;
        case 'K' -> clients.forEach(client -> client.full(first == 'g'));
        case 'L' -> connections.forEach(each -> each.socket.full(first == 'g'));
        case 'M' -> node.sockets(first != 'g');
        case 'V' -> node.drain();
        default -> {}
      }
      node.run();
      check();
    }

    private MemoryNode.Peer client(MemorySocket socket) {
      ScriptedClient client = new ScriptedClient(socket);
      clients.add(client);
      return client;
    }

    @Override
    public int newest() {
      return connections.isEmpty() ? 1 : connections.getLast().asked.newest();
    }

    private void check() {
      require(node.memory() <= MOST_MEMORY, "too much is kept: " + node.memory());
      connections.forEach(each -> each.check(node.windows()));
    }

    private void end() {
      clients.forEach(client -> client.full(false));
      connections.forEach(each -> each.socket.full(false));
      node.run();
      node.end(LONG);
      for (ScriptedClient client : clients) {
        require(client.isServed(), "a client is left without a word");
        List<Message> answers = client.messages();
        answers.forEach(answer -> check(client, answer));
        require(
            answers.stream().filter(a -> !a.startLine().startsWith("HTTP/1.1 1")).count() <= 1,
            "two answers to one request");
      }
    }

    private void check(ScriptedClient client, Message answer) {
      boolean interim = answer.startLine().matches("HTTP/1.1 1(?!01).*");
      boolean own = interim || OWN.contains(answer.startLine());
      require(own || explained(client, answer), "nobody sent this: " + answer);
    }

    private boolean explained(ScriptedClient client, Message answer) {
      Field path = new Field(":path", client.path());
      for (Connection each : connections) {
        for (var stream : each.asked.streams().entrySet()) {
          if (stream.getValue().head().contains(path)
              && each.sent.explains(stream.getKey(), answer, client.isHead())) {
            return true;
          }
        }
      }
      return false;
    }
  }
}
