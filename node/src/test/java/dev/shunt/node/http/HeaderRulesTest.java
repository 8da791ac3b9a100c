package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.node.NodeException;
import dev.shunt.node.StageConfig;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class HeaderRulesTest {

  private static TestNode node(InetSocketAddress server, String key, String... rules)
      throws NodeException {
    StageConfig headers = new StageConfig("headers", Map.of(key, String.join("\n", rules)));
    return TestNode.before(s -> s.withStages(headers), server);
  }

  /** The headers that a server gets of a request with these, in their order, but for the node's. */
  private static List<String> request(String headers, String... rules) throws Exception {
    try (RawServer server = RawServer.saying("");
        TestNode node = node(server.address(), "request", rules);
        RawClient client = node.client()) {
      client.send("GET / HTTP/1.1\r\nHost: h:1\r\n" + headers + "\r\n").readResponse();
      return server
          .received()
          .lines()
          .skip(2)
          .filter(line -> !line.isEmpty() && !line.startsWith("X-Forwarded"))
          .toList();
    }
  }

  private static List<String> response(String status, String headers, String... rules)
      throws Exception {
    String answer = "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n" + headers + "\r\n";
    try (RawServer server = RawServer.answering(answer);
        TestNode node = node(server.address(), "response", rules);
        RawClient client = node.client()) {
      return client.get("/").readHead().lines().skip(2).filter(l -> !l.isEmpty()).toList();
    }
  }

  @Test
  void rulesSetAddRemoveAndRename() throws Exception {
    assertThat(
            request(
                "x-a: 1\r\nX-A: 2\r\nX-B: 3\r\nX-C: 4\r\nX-D: 5\r\n",
                "set X-A new value",
                "add X-B more",
                "remove x-c",
                "rename X-D X-E"))
        .containsExactly("X-B: 3", "X-A: new value", "X-B: more", "X-E: 5");
  }

  @Test
  void aRuleSeesWhatThoseBeforeItDid() throws Exception {
    assertThat(request("", "add X-A 1", "set X-A 2", "add X-B 1", "remove X-B"))
        .containsExactly("X-A: 2");
    assertThat(request("X-A: c\r\n", "rename X-A X-B", "if absent add X-B d", "rename X-B X-C"))
        .containsExactly("X-C: c");
    assertThat(request("X-A: c\r\n", "remove X-A", "if absent set X-A d"))
        .containsExactly("X-A: d");
  }

  @Test
  void aRuleForAbsentHeadersLeavesThoseThatAreThere() throws Exception {
    assertThat(request("X-A: c\r\n", "if absent set X-A d", "if absent set X-B d"))
        .containsExactly("X-A: c", "X-B: d");
  }

  @Test
  void valuesHaveVariables() throws Exception {
    assertThat(
            request(
                "X-Tls: forged\r\n",
                "set X-Who {client} of {service} by {scheme} {protocol} to {host} {{x}",
                "set X-Tls {tls_version}",
                "set X-Subject <{client_subject}>",
                "set X-Sni {sni}{tls_cipher}"))
        .containsExactly("X-Who: 127.0.0.1 of web by http HTTP/1.1 to h:1 {x}");
  }

  @Test
  void rulesForResponsesKnowStatusAndServer() throws Exception {
    String[] rules = {
      "on 200-299 set X-Ok yes",
      "on 404 set X-Missing {server}",
      "set X-Server {server}",
      "remove A"
    };
    assertThat(response("200 OK", "A: b\r\n", rules)).containsExactly("X-Ok: yes", "X-Server: s1");
    assertThat(response("404 Not Found", "B: c\r\n", rules))
        .containsExactly("B: c", "X-Missing: s1", "X-Server: s1");
  }

  @Test
  void aRuleThatIsNoneIsAnErrorThatNamesIt() {
    refused("request", "set Connection close", "header name 'Connection': allowed is a token that");
    refused("request", "rename X-A Transfer-Encoding", "'Transfer-Encoding': allowed is a token");
    refused(
        "response", "remove content-length", "header name 'content-length': allowed is a token");
    refused("request", "set Host x", "header name 'Host': allowed is a token that");
    refused("request", "set X-Forwarded-For x", "allowed is what the node does not set itself");
    refused("request", "set X:A x", "header name 'X:A': allowed is a token");
    refused(
        "request", "set X-A {server}", "found variable 'server', allowed for a request is client,");
    refused("response", "set X-A {no}", "found variable 'no', allowed for a response is client,");
    refused(
        "request", "set X-A {client", "found '{client', allowed is a variable that ends with }");
    refused("request", "set X-A a\u0001b", "allowed is ISO 8859-1 without control characters");
    refused("request", "set X-A", "allowed is 'set NAME VALUE', 'add NAME VALUE'");
    refused("request", "remove X-A b", "allowed is 'set NAME VALUE'");
    refused("request", "if absent remove X-A", "allowed is 'set NAME VALUE'");
    refused("request", "on 200 set X-A b", "found 'on', allowed is that for responses only");
    refused("response", "on 300-200 set X-A b", "found status 300-200");
    refused(
        "response", "delete X-A", "response[0]: found 'delete X-A', allowed is 'set NAME VALUE'");
    refused("answer", "set X-A b", "found key 'answer', allowed is [request, response]");
  }

  private static void refused(String key, String rule, String message) {
    assertThatThrownBy(() -> node(TestNode.loopback(1), key, rule))
        .isInstanceOf(NodeException.class)
        .hasMessageStartingWith("service 'web', stage 'headers': ")
        .hasMessageContaining(message);
  }
}
