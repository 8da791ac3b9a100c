package dev.shunt.node.http;

import static dev.shunt.integrationtests.fuzz.Oracle.require;

import dev.shunt.integrationtests.fuzz.Oracle;
import dev.shunt.integrationtests.fuzz.Parts;
import dev.shunt.node.http.MessageReading.End;
import dev.shunt.node.http.MessageReading.Message;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;

/** One connection of a client over HTTP/1.1 that asks one thing, and keeps what it got. */
final class ScriptedClient implements MemoryNode.Peer {

  private static final String HEAD = "%s /%d HTTP/1.1\r\nHost: a\r\n";
  private static final Map<Character, String> REQUESTS =
      Map.of(
          'g', HEAD.formatted("GET", 0) + "\r\n",
          'h', HEAD.formatted("HEAD", 0) + "\r\n",
          'p', HEAD.formatted("POST", 0) + "Content-Length: 5\r\n\r\nhello",
          'q', HEAD.formatted("POST", 0) + "Content-Length: 50000\r\n\r\n" + "q".repeat(30_000),
          'c',
              HEAD.formatted("POST", 0)
                  + "TE: trailers\r\nConnection: te\r\nTransfer-Encoding: chunked\r\n\r\n"
                  + "5\r\nhello\r\n0\r\nx-t: y\r\n\r\n",
          'w',
              HEAD.formatted("GET", 0)
                  + "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                  + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

  private final MemorySocket socket;
  private final ByteArrayOutputStream got = new ByteArrayOutputStream();
  private String path = "";
  private char kind = 'g';
  private boolean left;

  ScriptedClient(MemorySocket socket) {
    this.socket = socket;
  }

  /**
   * Asks.
   *
   * @param number of the path, which no other request has
   */
  void asks(char script, int number) {
    kind = REQUESTS.containsKey(script) ? script : 'g';
    path = "/" + number;
    socket.arrives(Oracle.bytes(REQUESTS.getOrDefault(kind, "").replaceFirst("/0", path)));
  }

  String path() {
    return path;
  }

  /** Whether what it asked has no body in its answer, whatever that says. */
  boolean isHead() {
    return kind == 'h';
  }

  /** Takes nothing more for now, or goes on. */
  void full(boolean now) {
    left |= now; // The node may lose its patience before it has said anything.
    socket.full(now);
  }

  void leaves() {
    left = true;
    socket.ends();
  }

  /** Whether it has an answer, or went without one. */
  boolean isServed() {
    return left || kind == 'q' || got.size() > 0;
  }

  /** The answers that it got, the interim ones too. */
  List<Message> messages() {
    MessageReading reading = ShuntReader.responses(got.toByteArray(), Parts.whole());
    require(reading.end() != End.REFUSED, "a client gets what it must refuse: " + reading.detail());
    return reading.messages();
  }

  @Override
  public void takes(byte[] bytes) {
    got.writeBytes(bytes);
  }

  @Override
  public void closed() {
    socket.ends();
  }
}
