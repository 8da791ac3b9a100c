package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.NodeException;
import dev.shunt.node.StageConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class AccessLogTest {

  private static final String TIME =
      "\\[\\d{2}/[A-Z][a-z]{2}/\\d{4}:\\d{2}:\\d{2}:\\d{2} \\+0000\\]";

  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("access.log");
  }

  private TestNode node(String format, InetSocketAddress server, StageConfig... more)
      throws NodeException {
    StageConfig[] stages = new StageConfig[1 + more.length];
    stages[0] = new StageConfig("access-log", Map.of("format", format, "file", file().toString()));
    System.arraycopy(more, 0, stages, 1, more.length);
    return TestNode.before(s -> s.withStages(stages), server);
  }

  private List<String> lines(int count) {
    return lines(file(), count);
  }

  private static List<String> lines(Path of, int count) {
    await().until(() -> read(of).size() >= count);
    return read(of);
  }

  private static List<String> read(Path path) {
    try {
      return Files.exists(path) ? Files.readAllLines(path) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aRequestIsALineOfTheCombinedFormat() throws Exception {
    try (RawServer server = RawServer.saying("hello");
        TestNode node = node("combined", server.address());
        RawClient client = node.client()) {
      client
          .send(
              "GET /a?b=c HTTP/1.1\r\nHost: h\r\nUser-Agent: curl/8 (x)\r\n"
                  + "Referer: http://r/\r\n\r\n")
          .readResponse();
      client.send("HEAD / HTTP/1.0\r\n\r\n").readHead();
      assertThat(lines(2).getFirst())
          .matches(
              "127\\.0\\.0\\.1 - - "
                  + TIME
                  + " \"GET /a\\?b=c HTTP/1\\.1\" 200 5 \"http://r/\" \"curl/8 \\(x\\)\"");
      assertThat(lines(2).get(1))
          .matches("127\\.0\\.0\\.1 - - " + TIME + " \"HEAD / HTTP/1\\.0\" 200 0 \"-\" \"-\"");
    }
  }

  @Test
  void aRequestIsAnObjectOfJson() throws Exception {
    try (RawServer server = RawServer.saying("hello");
        TestNode node = node("json", server.address());
        RawClient client = node.client()) {
      client.get("/x").readResponse();
      assertThat(lines(1).getFirst())
          .matches(
              "\\{\"time\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\",\"service\":\"web\","
                  + "\"client\":\"127\\.0\\.0\\.1\",\"port\":\\d+,\"method\":\"GET\",\"host\":\"a\\.example\","
                  + "\"target\":\"/x\",\"protocol\":\"HTTP/1\\.1\",\"status\":200,\"bytes\":5,"
                  + "\"ms\":\\d+\\.\\d{3},\"server\":\"s1\",\"tries\":1,\"chosen_by\":\"balancing\","
                  + "\"tls\":null,\"referer\":null,\"user_agent\":null\\}");
    }
  }

  @Test
  void aClientForgesNeitherLinesNorFields() throws Exception {
    String agent = "User-Agent: a\"b\\c\t\u00e9";
    String request = "GET /\"x\\y HTTP/1.1\r\nHost: h\r\n" + agent + "\r\n\r\n";
    for (String format : new String[] {"combined", "json"}) {
      Files.deleteIfExists(file());
      try (RawServer server = RawServer.saying("");
          TestNode node = node(format, server.address());
          RawClient client = node.client()) {
        client.send(request).readResponse();
        assertThat(lines(1))
            .singleElement()
            .asString()
            .contains(
                format.equals("json")
                    ? "\"target\":\"/\\\"x\\\\y\""
                    : "\"GET /\\x22x\\x5Cy HTTP/1.1\" 200 0 \"-\" ")
            .endsWith(
                format.equals("json")
                    ? "\"user_agent\":\"a\\\"b\\\\c\\u0009\\u00E9\"}"
                    : "\"a\\x22b\\x5Cc\\x09\\xE9\"");
      }
    }
  }

  @Test
  void whatTheNodeOrAStageAnswersIsALineToo() throws Exception {
    StageConfig answering = new StageConfig("test", Map.of("do", "answer"));
    try (TestNode node = node("json", TestNode.deadAddress(), answering);
        RawClient client = node.client()) {
      client.get("/own").readResponse();
      client.get("/").readResponse();
      assertThat(lines(2).getFirst())
          .contains(
              "\"status\":302,\"bytes\":3,", "\"server\":null,\"tries\":0,\"chosen_by\":null");
      assertThat(lines(2).get(1)).contains("\"status\":502,", "\"server\":\"s1\",\"tries\":1,");
    }
  }

  @Test
  void aRefusedRequestIsALineToo() throws Exception {
    try (RawServer server = RawServer.saying("");
        TestNode node = node("combined", server.address())) {
      try (RawClient client = node.client()) {
        client.get("/first").readResponse();
        client.send("GET / HTTP/1.1\r\nHost: h\r\nBad Name: x\r\n\r\n").readAll();
      }
      try (RawClient client = node.client()) {
        client.send("DELETE /x?y HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").readAll();
      }
      List<String> lines = lines(3);
      assertThat(lines.get(1)).matches(".*\\] \"-\" 400 \\d+ \"-\" \"-\"");
      assertThat(lines.get(2)).matches(".*\\] \"DELETE /x\\?y HTTP/1\\.1\" 400 \\d+ \"-\" \"-\"");
    }
  }

  @Test
  void whoChoseTheServerIsSaid() throws Exception {
    try (RawServer server = RawServer.saying("");
        TestNode node = node("json", server.address(), new StageConfig("cookie", Map.of()));
        RawClient client = node.client()) {
      String head = client.get("/").readResponse();
      int at = head.indexOf("Set-Cookie: ") + 12;
      String cookie = head.substring(at, head.indexOf(';', at));
      client.send("GET / HTTP/1.1\r\nHost: h\r\nCookie: " + cookie + "\r\n\r\n").readResponse();
      assertThat(lines(2).getFirst()).contains("\"chosen_by\":\"balancing\"");
      assertThat(lines(2).get(1)).contains("\"chosen_by\":\"cookie\"");
    }
  }

  @Test
  void theBytesOfChunkedAndOfFilteredBodiesAreThoseThatWent() throws Exception {
    String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    try (RawServer server = RawServer.answering(chunked);
        TestNode node = node("json", server.address());
        RawClient client = node.client()) {
      client.get("/").readUntil("0\r\n\r\n");
      assertThat(lines(1).getFirst()).contains("\"bytes\":13,");
    }
    Files.delete(file());
    StageConfig upper = new StageConfig("test", Map.of("do", "upper"));
    try (RawServer server = RawServer.saying("abc");
        TestNode node = node("json", server.address(), upper);
        RawClient client = node.client()) {
      client.get("/").readUntil("0\r\n\r\n");
      assertThat(lines(1).getFirst())
          .contains("\"bytes\":" + "3\r\nABC\r\n1\r\n.\r\n0\r\n\r\n".length() + ",");
    }
  }

  @Test
  void aFileThatWasMovedAwayIsOpenedAgain() throws Exception {
    try (RawServer server = RawServer.saying("");
        TestNode node = node("json", server.address());
        RawClient client = node.client()) {
      client.get("/before").readResponse();
      assertThat(lines(1)).hasSize(1);
      Path old = directory.resolve("access.log.1");
      Files.move(file(), old);
      await().until(() -> Files.exists(file()));
      client.get("/after").readResponse();
      assertThat(lines(1)).singleElement().asString().contains("/after");
      assertThat(read(old)).singleElement().asString().contains("/before");
    }
  }

  @Test
  void aFullDiskCostsLinesAndNoRequest() throws Exception {
    StageConfig full = new StageConfig("access-log", Map.of("file", "/dev/full"));
    String request =
        "GET / HTTP/1.1\r\nHost: h\r\nUser-Agent: " + "\u00e9".repeat(3000) + "\r\n\r\n";
    try (RawServer server = RawServer.saying("hello");
        TestNode node = TestNode.before(s -> s.withStages(full), server.address());
        RawClient client = node.client()) {
      int requests = 0;
      while (node.stats().stages().counters().getOrDefault("access_log_dropped", 0L) == 0) {
        assertThat(requests++).isLessThan(1000);
        assertThat(client.send(request).readResponse()).endsWith("hello");
      }
      // A line is 18,000 bytes, and a ring has 1 MiB.
      assertThat(requests).isGreaterThan(50);
    }
  }

  @Test
  void whatIsUnderWayAtTheEndIsWritten() throws Exception {
    try (RawServer server = RawServer.saying("")) {
      try (TestNode node = node("json", server.address());
          RawClient client = node.client()) {
        for (int i = 0; i < 200; i++) {
          client.get("/" + i).readResponse();
        }
      }
      assertThat(read(file())).hasSize(200);
    }
  }

  @Test
  void aFileThatCannotBeOpenedOrAnUnknownFormatIsAnError() {
    assertThatThrownBy(() -> node("xml", TestNode.loopback(1)))
        .hasMessage(
            "service 'web', stage 'access-log': format: found 'xml', allowed is json or combined");
    StageConfig nowhere =
        new StageConfig("access-log", Map.of("file", directory.resolve("no/such").toString()));
    assertThatThrownBy(() -> TestNode.before(s -> s.withStages(nowhere), TestNode.loopback(1)))
        .isInstanceOf(NodeException.class)
        .hasMessageContaining("no/such cannot be opened, allowed is a file that can be written");
  }
}
