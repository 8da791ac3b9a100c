package dev.shunt.ops.cli;

import dev.shunt.ops.admin.AdminJson;
import dev.shunt.ops.admin.model.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks a daemon's admin API: one request per connection, over a Unix socket or TCP.
 *
 * <p>A general HTTP client costs a command 0.3 to 0.5 s of start, ten times what this does; hence
 * the little of HTTP/1.1 that the daemon's answers need is here.
 */
final class AdminClient {

  static final int MAX_ANSWER = 64 << 20;
  private static final int BUFFER = 64 * 1024;
  private static final int BAD_REQUEST = 400;

  static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})( .*)?");
  private static final Pattern LENGTH =
      Pattern.compile("(?im)^content-length:[ \\t]*([0-9]{1,9})[ \\t]*\\r?$");
  static final String END_OF_HEAD = "\r\n\r\n";

  private final SocketAddress daemon;
  private final Duration patience;

  AdminClient(SocketAddress daemon, Duration patience) {
    this.daemon = daemon;
    this.patience = patience;
  }

  <T> T get(String path, Class<T> type) throws CommandException {
    return exchange(request("GET", path, ""), type);
  }

  <T> T post(String path, Class<T> type) throws CommandException {
    return post(path, "", type);
  }

  /**
   * @param body JSON, or empty
   */
  <T> T post(String path, String body, Class<T> type) throws CommandException {
    return exchange(request("POST", path, body), type);
  }

  /**
   * Posts, and hands on each line of the answer as it comes, until there is none any more.
   *
   * @param lines hears each; false ends it
   */
  <T> void stream(String path, Class<T> type, Predicate<T> lines) throws CommandException {
    talk(
        request("POST", path, ""),
        (channel, selector, _) -> {
          AdminLines<T> answer = new AdminLines<>(type, lines);
          ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
          while (true) {
            // Each part has its own time: how long it goes on is for the lines to say.
            await(selector, deadline());
            if (channel.read(buffer) < 0) {
              answer.end();
              return answer;
            }
            if (!answer.take(buffer.flip())) {
              return answer;
            }
            buffer.clear();
          }
        });
  }

  private static byte[] request(String method, String path, String body) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String kind = body.isEmpty() ? "" : "Content-Type: application/json\r\n";
    byte[] head =
        "%s %s HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(method, path, kind, content.length)
            .getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(head.length + content.length).put(head).put(content).array();
  }

  private <T> T exchange(byte[] request, Class<T> type) throws CommandException {
    return talk(
        request, (channel, selector, deadline) -> read(readAll(channel, selector, deadline), type));
  }

  private static <T> T read(byte[] answer, Class<T> type) throws IOException, CommandException {
    String text = new String(answer, StandardCharsets.ISO_8859_1);
    int end = text.indexOf(END_OF_HEAD);
    String head = end < 0 ? text : text.substring(0, end + 2);
    Matcher status = STATUS.matcher(head.lines().findFirst().orElse(""));
    Matcher length = LENGTH.matcher(head);
    if (end < 0 || !status.matches() || !length.find()) {
      throw new IOException("what answers there does not speak the admin API");
    }
    int start = end + END_OF_HEAD.length();
    if (answer.length - start != Integer.parseInt(length.group(1))) {
      throw new IOException("the answer is not whole");
    }
    byte[] body = java.util.Arrays.copyOfRange(answer, start, answer.length);
    int code = Integer.parseInt(status.group(1));
    if (code >= 400) {
      throw refusal(code, body);
    }
    return AdminJson.read(body, type);
  }

  /**
   * @param body a problem in the API's form
   */
  static CommandException refusal(int status, byte[] body) throws IOException {
    Problem problem = AdminJson.read(body, Problem.class);
    if (status == BAD_REQUEST) {
      return new CommandException(ExitCode.USAGE, problem);
    }
    return new CommandException(status >= 500 ? ExitCode.FAILED : ExitCode.REFUSED, problem);
  }

  /** Reads an answer. */
  @FunctionalInterface
  private interface Reader<T> {
    /**
     * @param deadline until when it is waited for, by {@link System#nanoTime}
     */
    T read(SocketChannel channel, Selector selector, long deadline)
        throws IOException, CommandException;
  }

  private long deadline() {
    return System.nanoTime() + patience.toNanos();
  }

  /** Sends a request and has the answer read. */
  private <T> T talk(byte[] request, Reader<T> reader) throws CommandException {
    long deadline = deadline();
    try (SocketChannel channel = SocketChannel.open(family());
        Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
      if (!channel.connect(daemon)) {
        await(selector, deadline);
        channel.finishConnect();
      }
      ByteBuffer out = ByteBuffer.wrap(request);
      key.interestOps(SelectionKey.OP_WRITE);
      while (out.hasRemaining()) {
        await(selector, deadline);
        channel.write(out);
      }
      key.interestOps(SelectionKey.OP_READ);
      return reader.read(channel, selector, deadline);
    } catch (ConnectException e) {
      throw new CommandException(
          ExitCode.UNREACHABLE, "no daemon answers on " + daemon + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.UNREACHABLE, "the daemon on " + daemon + " broke off: " + e.getMessage(), e);
    }
  }

  private static byte[] readAll(SocketChannel channel, Selector selector, long deadline)
      throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    while (true) {
      await(selector, deadline);
      int count = channel.read(buffer);
      if (count < 0) {
        return answer.toByteArray();
      }
      answer.write(buffer.array(), 0, count);
      buffer.clear();
      if (answer.size() > MAX_ANSWER) {
        throw new IOException("the answer is larger than " + MAX_ANSWER + " bytes");
      }
    }
  }

  private java.net.ProtocolFamily family() {
    return daemon instanceof java.net.UnixDomainSocketAddress
        ? java.net.StandardProtocolFamily.UNIX
        : java.net.StandardProtocolFamily.INET;
  }

  private static void await(Selector selector, long deadline) throws IOException {
    long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
    if (left <= 0 || selector.select(left) == 0) {
      throw new IOException("no answer in time");
    }
    selector.selectedKeys().clear();
  }
}
