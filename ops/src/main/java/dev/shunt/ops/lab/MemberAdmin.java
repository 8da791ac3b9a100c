package dev.shunt.ops.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks a member's admin interface over its Unix socket. A member that is frozen accepts and never
 * answers, so every question has a time limit.
 */
public final class MemberAdmin {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration STATUS_LIMIT = Duration.ofMillis(500);
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int MAX_ANSWER = 64 << 20;
  private static final int BUFFER = 16_384;

  private final String member;
  private final Path socket;

  MemberAdmin(String member, Path socket) {
    this.member = member;
    this.socket = socket;
  }

  /** What the member says of itself, or nothing where it does not answer in time. */
  public Optional<MemberStatus> tryStatus() {
    try {
      return Optional.of(
          MemberStatus.of(JSON.readTree(call("GET", "/v1/status", "", STATUS_LIMIT))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The member's answer to a question, for example {@code /v1/sessions}. */
  public JsonNode get(String path) {
    return ask("GET", path, "");
  }

  /** Packets that ended so in the member's kernel, by the outcome's name; -1 if there is none. */
  public long outcome(String name) {
    return get("/v1/status").path("data_plane").path("outcomes").path(name).asLong(-1);
  }

  /**
   * Takes the sessions of a member to an end, or gives it new ones again; this member passes it on.
   */
  public JsonNode drain(String target, boolean drained) {
    return post("/v1/members/%s/%s".formatted(target, drained ? "drain" : "undrain"));
  }

  /** Makes a scheduler hand over. */
  public JsonNode stepDown() {
    return post("/v1/step-down");
  }

  public JsonNode post(String path) {
    return post(path, "");
  }

  /**
   * Asks for something that is said in JSON.
   *
   * @param body of printable ASCII
   */
  public JsonNode post(String path, String body) {
    return ask("POST", path, body);
  }

  private JsonNode ask(String method, String path, String body) {
    try {
      return JSON.readTree(call(method, path, body, LIMIT));
    } catch (IOException e) {
      throw new LabException("%s: %s %s: %s".formatted(member, method, path, e.getMessage()), e);
    }
  }

  private byte[] call(String method, String path, String body, Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    byte[] request =
        "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            .formatted(method, path, body.length(), body)
            .getBytes(StandardCharsets.US_ASCII);
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.write(ByteBuffer.wrap(request));
      channel.configureBlocking(false);
      HttpReader reader = new HttpReader(new ByteArrayInputStream(readToEnd(channel, deadline)));
      HttpReader.Head head = reader.head();
      byte[] answer = reader.body(MAX_ANSWER);
      if (head.status() / 100 != 2) {
        throw new IOException(head.status() + " " + new String(answer, StandardCharsets.UTF_8));
      }
      return answer;
    }
  }

  private static byte[] readToEnd(SocketChannel channel, long deadline) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    try (Selector selector = Selector.open()) {
      channel.register(selector, SelectionKey.OP_READ);
      for (int count = channel.read(buffer); count >= 0; count = channel.read(buffer)) {
        answer.write(buffer.array(), 0, buffer.position());
        buffer.clear();
        if (answer.size() > MAX_ANSWER) {
          throw new IOException("more than " + MAX_ANSWER + " bytes");
        }
        if (count == 0) {
          long left = (deadline - System.nanoTime()) / 1_000_000;
          if (left <= 0) {
            throw new SocketTimeoutException("no answer in time");
          }
          selector.select(left);
          selector.selectedKeys().clear();
        }
      }
    }
    return answer.toByteArray();
  }
}
