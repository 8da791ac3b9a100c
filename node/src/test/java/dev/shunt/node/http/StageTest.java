package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.NodeException;
import dev.shunt.node.StageConfig;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Map;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class StageTest {

  private static StageConfig stage(String what) {
    return new StageConfig("test", Map.of("do", what));
  }

  private static TestNode nodeWith(InetSocketAddress server, StageConfig... stages)
      throws NodeException {
    return TestNode.before(s -> s.withStages(stages), server);
  }

  @Test
  void aStageEditsBothHeads() throws Exception {
    try (RawServer server =
            RawServer.answering("HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 0\r\n\r\n");
        TestNode node = nodeWith(server.address(), stage("edit"));
        RawClient client = node.client()) {
      client.send("GET /p HTTP/1.1\r\nHost: h\r\nX-Old: 1\r\nX-Id: 7\r\nX-OLD: 2\r\nX: y\r\n\r\n");
      assertThat(client.readHead())
          .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nServer: shunt\r\nX-Id: 7\r\n\r\n");
      assertThat(server.received())
          .startsWith(
              "GET /p HTTP/1.1\r\nHost: h\r\nX-Id: 7\r\nX: y\r\nX-Method: GET /p h\r\nX-Forwarded");
    }
  }

  @Test
  void aStageAnswersInTheServersPlace() throws Exception {
    try (RawServer server = RawServer.saying("from the server");
        TestNode node = nodeWith(server.address(), stage("answer"));
        RawClient client = node.client()) {
      assertThat(client.get("/own").readResponse())
          .startsWith("HTTP/1.1 302 Found\r\nDate: ")
          .contains("Location: /other\r\n")
          .endsWith("\r\n\r\nsee");
      assertThat(client.get("/").readResponse()).endsWith("from the server");
      assertThat(server.received()).doesNotContain("/own");
    }
  }

  @Test
  void aFilterChangesEveryKindOfBody() throws Exception {
    for (String response :
        new String[] {
          "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n0\r\nX: y\r\n\r\n",
        }) {
      try (RawServer server = RawServer.answering(response);
          TestNode node = nodeWith(server.address(), stage("upper"))) {
        try (RawClient client = node.client()) {
          String expected =
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nABCDEF\r\n1\r\n.\r\n0\r\n\r\n";
          assertThat(client.get("/").readUntil("0\r\n\r\n")).isEqualTo(expected);
          assertThat(client.get("/").readUntil("0\r\n\r\n")).isEqualTo(expected);
        }
        try (RawClient client = node.client()) {
          assertThat(client.send("GET / HTTP/1.0\r\n\r\n").readAll())
              .isEqualTo("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nABCDEF.");
        }
      }
    }
  }

  @Test
  void aFilterThatFailsResetsTheClient() throws Exception {
    try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab!");
        TestNode node = nodeWith(server.address(), stage("upper"));
        RawClient client = node.client()) {
      assertThat(catchThrowable(() -> client.get("/").readAll()))
          .isInstanceOf(SocketException.class);
      assertThat(node.stats().stageErrors()).isEqualTo(1);
    }
  }

  @Test
  void aStageThatFailsIsA500AndTheNodeGoesOn() throws Exception {
    for (String which : new String[] {"fail-request", "fail-response"}) {
      try (RawServer server = RawServer.saying("");
          TestNode node = nodeWith(server.address(), stage(which));
          RawClient client = node.client()) {
        for (int i = 1; i <= 3; i++) {
          assertThat(client.get("/").readResponse()).startsWith("HTTP/1.1 500 ");
          assertThat(node.stats().stageErrors()).isEqualTo(i);
        }
      }
    }
  }

  @Test
  void stagesAreCalledInOrderAndResponsesTheOtherWayRound() throws Exception {
    TestStages.LOG.clear();
    try (RawServer server = RawServer.saying("");
        TestNode node =
            nodeWith(
                server.address(),
                new StageConfig("test", Map.of("do", "log", "tag", "a")),
                new StageConfig("test", Map.of("do", "log", "tag", "b")));
        RawClient client = node.client()) {
      client.get("/x").readResponse();
      await().until(() -> TestStages.LOG.size() == 6);
      assertThat(TestStages.LOG)
          .containsExactly(
              "a request",
              "b request",
              "b response 200",
              "a response 200",
              "b end 200 /x",
              "a end 200 /x");
    }
  }

  @Test
  void anUnknownStageOrSettingIsToldByName() {
    assertThatThrownBy(
            () -> TestNode.before(s -> s.withStages(new StageConfig("nonsense", Map.of()))))
        .isInstanceOf(NodeException.class)
        .hasMessage(
            "service 'web': found stage 'nonsense', allowed is one of [access, access-log, cache, cdn, cookie,"
                + " hash-groups, headers, session-id, test]");
    assertThatThrownBy(() ->
            TestNode.before(s -> s.withStages(new StageConfig("cookie", Map.of("colour", "red")))))
        .hasMessage("service 'web', stage 'cookie': found key 'colour', allowed is [name, secure]");
    assertThatThrownBy(() ->
            TestNode.before(s -> s.withStages(new StageConfig("cookie", Map.of("secure", "yes")))))
        .hasMessageContaining("secure: found 'yes', allowed is true or false");
    assertThatThrownBy(() ->
            TestNode.before(s -> s.withStages(new StageConfig("cookie", Map.of("name", "a b")))))
        .hasMessageContaining("name: found 'a b', allowed is a cookie name (a token)");
  }
}
