package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.node.AddressRange;
import dev.shunt.node.NodeException;
import dev.shunt.node.ProxyProtocol;
import dev.shunt.node.StageConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // What goes over the wire spells its line ends out.
class AccessRulesTest {

  private static StageConfig rules(String otherwise, String... rules) {
    return new StageConfig(
        "access", Map.of("otherwise", otherwise, "rules", String.join("\n", rules)));
  }

  private static TestNode node(InetSocketAddress server, StageConfig stage) throws NodeException {
    return TestNode.before(s -> s.withStages(stage), server);
  }

  @Test
  void whoIsDeniedGetsA403AndTheServerNothing() throws Exception {
    try (RawServer server = RawServer.saying("");
        TestNode node = node(server.address(), rules("allow", "deny 127.0.0.0/8"));
        RawClient client = node.client()) {
      for (int i = 1; i <= 2; i++) {
        assertThat(client.get("/").readResponse())
            .startsWith("HTTP/1.1 403 Forbidden\r\n")
            .endsWith("403 Forbidden: not from this address\n");
        assertThat(node.stats().stages().counters()).containsEntry("access_denied", (long) i);
      }
      assertThat(server.received()).isEmpty();
    }
  }

  @Test
  void whoIsAllowedIsServed() throws Exception {
    try (RawServer server = RawServer.saying("hello");
        TestNode node = node(server.address(), rules("deny", "allow 127.0.0.1"));
        RawClient client = node.client()) {
      assertThat(client.get("/").readResponse()).endsWith("hello");
    }
  }

  @Test
  void theClientIsWhomAProxyThatIsBelievedNames() throws Exception {
    ProxyProtocol proxy =
        new ProxyProtocol(
            List.of(AddressRange.parse("127.0.0.0/8")), Duration.ofSeconds(5), Optional.empty());
    StageConfig stage = rules("deny", "deny 2001:db8::5", "allow 2001:db8::/32");
    try (RawServer server = RawServer.saying("hello");
        TestNode node = TestNode.before(s -> s.with(proxy).withStages(stage), server.address())) {
      assertThat(status(node, "TCP6 2001:db8::7 2001:db8::1 1 2")).isEqualTo(200);
      assertThat(status(node, "TCP6 2001:db8::5 2001:db8::1 1 2")).isEqualTo(403);
      assertThat(status(node, "TCP4 192.0.2.1 192.0.2.2 1 2")).isEqualTo(403);
    }
  }

  private static int status(TestNode node, String proxied) throws Exception {
    try (RawClient client = node.client()) {
      String head =
          client.send("PROXY " + proxied + "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n").readHead();
      return Integer.parseInt(head.substring(9, 12));
    }
  }

  @Test
  void aRuleThatIsNoneIsAnErrorThatNamesIt() {
    refused(rules("allow", "deny 10.0.0.0/33"), "rules[0]: found 'deny 10.0.0.0/33', allowed is");
    refused(
        rules("allow", "deny 10.0.0.1", "refuse 10.0.0.2"), "rules[1]: found 'refuse 10.0.0.2'");
    refused(rules("allow", "allow"), "rules[0]: found 'allow', allowed is such as");
    refused(rules("perhaps", "allow 10.0.0.1"), "otherwise: found 'perhaps', allowed is allow or");
    refused(
        new StageConfig("access", Map.of("rules", "allow ::1")),
        "otherwise: found 'nothing', allowed is allow or deny");
    refused(new StageConfig("access", Map.of("otherwise", "deny")), "rules: found 0, allowed is 1");
  }

  private static void refused(StageConfig stage, String message) {
    assertThatThrownBy(() -> node(TestNode.loopback(1), stage))
        .isInstanceOf(NodeException.class)
        .hasMessageStartingWith("service 'web', stage 'access': ")
        .hasMessageContaining(message);
  }
}
