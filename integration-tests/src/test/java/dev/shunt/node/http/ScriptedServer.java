package dev.shunt.node.http;

import static dev.shunt.integrationtests.fuzz.Oracle.require;

import dev.shunt.integrationtests.fuzz.Oracle;
import dev.shunt.integrationtests.fuzz.Parts;
import dev.shunt.node.http.MessageReading.End;
import dev.shunt.node.http.MessageReading.Message;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * One connection of a server over HTTP/1.1 that does to each request what the second character of
 * its path says, and keeps what it got.
 */
final class ScriptedServer implements MemoryNode.Peer {

  /** Says which script answered. */
  static final String SCRIPT = "x-script";

  static final int BIG = 70_000;
  private static final String OK = "HTTP/1.1 200 OK\r\n" + SCRIPT + ": %s\r\n";
  private static final String MEASURED = OK + "Content-Length: 5\r\n\r\nhello";

  /** What is answered; all but the first three after the whole request. */
  private static final Map<Character, String> ANSWERS =
      Map.of(
          'e', MEASURED,
          'w', MEASURED,
          'z', OK + "Content-Length: 10\r\n\r\nhel",
          'c', OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx-t: y\r\n\r\n",
          'b', OK + "Content-Length: " + BIG + "\r\n\r\n" + "b".repeat(BIG),
          'i', "HTTP/1.1 103 Early Hints\r\nx: y\r\n\r\n" + MEASURED,
          'x', "HTTP/1.1 garbage\r\n\r\n",
          '4', "HTTP/1.1 204 No Content\r\n" + SCRIPT + ": %s\r\n\r\n",
          'm', "HTTP/1.1 304 Not Modified\r\n" + SCRIPT + ": %s\r\n\r\n",
          'u', OK + "\r\nhello");

  private static final String AT_ONCE = "ewz";
  private static final String THEN_CLOSES = "zux";

  /** How long a complete body is; others never are complete. */
  static final Map<String, Integer> LENGTHS =
      Map.of("e", 5, "w", 5, "c", 5, "b", BIG, "i", 5, "4", 0, "m", 0, "u", 5, "/", 5);

  private final MemorySocket socket;
  private final ByteArrayOutputStream got = new ByteArrayOutputStream();
  private MessageReading reading = new MessageReading(List.of(), End.MORE, "", 0);
  private int answered;
  private boolean tunnel;

  ScriptedServer(MemorySocket socket) {
    this.socket = socket;
  }

  /** The requests that it got; of each a head at least. */
  List<Message> messages() {
    return reading.messages();
  }

  MemorySocket socket() {
    return socket;
  }

  @Override
  public void takes(byte[] bytes) {
    if (tunnel) {
      socket.arrives(bytes);
      return;
    }
    got.writeBytes(bytes);
    reading = ShuntReader.requests(got.toByteArray(), Parts.whole());
    require(reading.end() != End.REFUSED, "a server gets what it must refuse: " + reading.detail());
    while (answered < messages().size() && answers(messages().get(answered))) {
      answered++;
    }
  }

  private boolean answers(Message request) {
    String path = request.startLine().split(" ", -1)[1];
    char script = path.length() > 1 ? path.charAt(1) : '/';
    if (script == 'n' || !(request.complete() || AT_ONCE.indexOf(script) >= 0)) {
      return false;
    }
    String key = valueOf(request, "sec-websocket-key");
    if (script == 'w' && valueOf(request, "upgrade").equals("websocket")) {
      tunnel = true;
      socket.arrives(
          Oracle.bytes(
              "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                  + "Sec-WebSocket-Accept: "
                  + acceptOf(key)
                  + "\r\n\r\n"));
      return true;
    }
    boolean head = request.startLine().startsWith("HEAD ");
    boolean known = ANSWERS.containsKey(script);
    String answer = ANSWERS.getOrDefault(script, MEASURED).formatted(known ? script : "/");
    int end = head ? answer.lastIndexOf("\r\n\r\n", answer.length() - 5) : -1;
    socket.arrives(Oracle.bytes(end < 0 ? answer : answer.substring(0, end + 4)));
    if (THEN_CLOSES.indexOf(script) >= 0) {
      socket.ends();
    }
    return true;
  }

  private static String acceptOf(String key) {
    try {
      HttpHead head = new HttpHead().forRequest(ShuntReader.LIMITS);
      Heads.again(head, "GET / HTTP/1.1\r\n" + WebSockets.KEY + ": " + key + "\r\n\r\n");
      return Objects.requireNonNull(WebSockets.acceptOf(head));
    } catch (HttpFault e) {
      throw new IllegalStateException(e);
    }
  }

  private static String valueOf(Message message, String name) {
    return message.fields().stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .findFirst()
        .map(line -> line.substring(name.length() + 1).strip())
        .orElse("");
  }

  @Override
  public void closed() {
    socket.ends();
  }
}
