package dev.shunt.node.http;

import static dev.shunt.node.http.FrameProgram.END_HEADERS;
import static dev.shunt.node.http.FrameProgram.END_STREAM;
import static dev.shunt.node.http.FrameProgram.HEADERS;
import static dev.shunt.node.http.FrameProgram.SETTINGS;
import static dev.shunt.node.http.FrameProgram.fields;
import static dev.shunt.node.http.FrameProgram.frame;
import static dev.shunt.node.http.FrameProgram.joined;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.integrationtests.fuzz.Oracle;
import dev.shunt.node.HttpService;
import dev.shunt.node.Limits;
import dev.shunt.node.ServerProtocol;
import dev.shunt.node.ToServers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What the fuzzers of HTTP/2 found, in memory and without a clock that runs. */
class MemoryNodeTest {

  private static final byte[] PREFACE = Oracle.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  private static final byte[] NO_SETTINGS = frame(SETTINGS, 0, 0, new byte[0]);

  /** SETTINGS_ENABLE_CONNECT_PROTOCOL. */
  private static final byte[] TUNNELS_TAKEN = {0, 8, 0, 0, 0, 1};

  private static final int LONG = 2000;

  /** The other end of an HTTP/2 connection. */
  private static final class Peer implements MemoryNode.Peer {
    private final MemorySocket socket;
    private final FramesOfNode got;
    private int skipped;

    Peer(MemorySocket socket, boolean server) {
      this.socket = socket;
      this.got = new FramesOfNode(server);
      this.skipped = server ? PREFACE.length : 0;
    }

    @Override
    public void takes(byte[] bytes) {
      int from = Math.min(skipped, bytes.length);
      skipped -= from;
      got.read(Arrays.copyOfRange(bytes, from, bytes.length));
    }

    @Override
    public void closed() {
      socket.ends();
    }

    private void sends(byte[]... frames) {
      socket.arrives(joined(frames));
    }
  }

  private static byte[] request(int stream) {
    return frame(HEADERS, END_HEADERS | END_STREAM, stream, fields("g/"));
  }

  private static List<Peer> clientOf(MemoryNode node) {
    List<Peer> clients = new ArrayList<>();
    MemorySocket socket =
        node.connect(to -> {
          clients.add(new Peer(to, false));
          return clients.getFirst();
        });
    assertThat(socket.isOpen()).isTrue();
    return clients;
  }

  @Test
  void aClientThatNeverHearsAFarewellIsLeftAllTheSame() {
    UnaryOperator<HttpService> briefly = of -> of.with(Limits.ofConnections(10, 1, 10, 10));
    MemoryNode node = new MemoryNode(briefly, ScriptedServer::new);
    Peer client = clientOf(node).getFirst();
    client.sends(PREFACE, NO_SETTINGS, request(1));
    node.run();
    client.sends(request(3));
    node.run();
    assertThat(client.got.streams()).containsOnlyKeys(1, 3);
    node.end(LONG);
  }

  @Test
  void aRequestForWhichThereIsNoSocketIsAnsweredAtOnce() {
    MemoryNode node = new MemoryNode(UnaryOperator.identity(), ScriptedServer::new);
    node.sockets(false);
    Peer client = clientOf(node).getFirst();
    client.sends(PREFACE, NO_SETTINGS, request(1));
    node.run();
    assertThat(client.got.streams().values())
        .singleElement()
        .extracting(FramesOfNode.Stream::status)
        .isEqualTo("502");
  }

  @Test
  void aWebSocketThatAServerRefusesLeavesNoStreamBehind() {
    UnaryOperator<HttpService> h2c = of -> of.with(ToServers.of(ServerProtocol.H2C));
    List<Peer> servers = new ArrayList<>();
    MemoryNode node =
        new MemoryNode(
            h2c,
            socket -> {
              servers.add(new Peer(socket, true));
              servers.getLast().sends(frame(SETTINGS, 0, 0, TUNNELS_TAKEN));
              return servers.getLast();
            });
    MemorySocket client =
        node.connect(socket -> {
          ScriptedClient asking = new ScriptedClient(socket);
          asking.asks('w', 1);
          return asking;
        });
    Peer server = servers.getFirst();
    server.sends(frame(HEADERS, END_HEADERS | END_STREAM, server.got.newest(), fields("5")));
    node.run();
    assertThat(client.isOpen()).isTrue();
    assertThat(server.got.streams().values()).singleElement().matches(FramesOfNode.Stream::ended);
    node.end(LONG);
  }
}
