package dev.shunt.node.http;

import dev.shunt.node.HttpService;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Three servers for each test, which say their numbers: 1, 2 and 3. */
final class ThreeServers implements BeforeEachCallback, AfterEachCallback {

  private final List<RawServer> servers = new ArrayList<>();

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    for (String number : List.of("1", "2", "3")) {
      servers.add(RawServer.saying(number));
    }
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    for (RawServer server : servers) {
      server.close();
    }
  }

  /** A node before them. */
  TestNode node(UnaryOperator<HttpService> change) throws Exception {
    return TestNode.before(
        change, servers.get(0).address(), servers.get(1).address(), servers.get(2).address());
  }

  RawServer first() {
    return servers.getFirst();
  }

  RawServer third() {
    return servers.getLast();
  }

  /** Every byte that they were sent. */
  String received() {
    return servers.stream().map(RawServer::received).collect(Collectors.joining());
  }
}
