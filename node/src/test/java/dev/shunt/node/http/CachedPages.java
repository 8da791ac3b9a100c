package dev.shunt.node.http;

import dev.shunt.node.CachePurge;
import dev.shunt.node.CacheStats;
import dev.shunt.node.HttpService;
import dev.shunt.node.NodeException;
import dev.shunt.node.ResponseStore;
import dev.shunt.node.StageConfig;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** A server of pages, and a node before it that keeps them; the time goes as it is told. */
final class CachedPages implements AutoCloseable {

  /** What the server says to a request's head. */
  @FunctionalInterface
  interface Pages {
    String response(String head) throws IOException;
  }

  /** What one loop keeps, others give; who waits on one is told by another. */
  private static final int LOOPS = 2;

  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicReference<String> last = new AtomicReference<>("");
  private final AtomicReference<Instant> time = new AtomicReference<>(Instant.now());
  private final RawServer server;
  private final TestNode node;

  CachedPages(Pages pages, Map<String, String> settings) throws IOException, NodeException {
    this(pages, new StageConfig("cache", settings));
  }

  CachedPages(Pages pages, StageConfig... stages) throws IOException, NodeException {
    this(pages, service -> service.withStages(stages));
  }

  CachedPages(Pages pages, UnaryOperator<HttpService> change) throws IOException, NodeException {
    server =
        new RawServer(peer -> {
          String head = peer.readHead();
          while (!head.isEmpty()) {
            asked.incrementAndGet();
            last.set(head);
            String response = pages.response(head);
            if (response.isEmpty()) {
              return;
            }
            peer.send(response);
            head = peer.readHead();
          }
        });
    InstantSource clock = time::get;
    node = TestNode.at(clock, LOOPS, change, server.address());
  }

  /** That always says the same. */
  static CachedPages saying(String headers, String body) throws IOException, NodeException {
    return new CachedPages(_ -> ok(headers, body), Map.of());
  }

  static String ok(String headers, String body) {
    return "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + body.length() + "\r\n\r\n" + body;
  }

  /** How many requests the server has got. */
  int asked() {
    return asked.get();
  }

  /** The last request that the server got. */
  String last() {
    return last.get();
  }

  void pass(int seconds) {
    time.updateAndGet(now -> now.plusSeconds(seconds));
  }

  TestNode node() {
    return node;
  }

  RawClient client() throws IOException {
    return node.client();
  }

  /** One request over a connection of its own. */
  String get(String path, String... headers) throws IOException {
    return request("GET", path, headers);
  }

  String request(String method, String path, String... headers) throws IOException {
    StringBuilder head =
        new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: a.example\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    try (RawClient client = client()) {
      return client.send(head + "Connection: close\r\n\r\n").readAll();
    }
  }

  CacheStats stats() {
    return storeOf(node).stats();
  }

  int purge(CachePurge what) {
    return storeOf(node).purge(what);
  }

  static ResponseStore storeOf(TestNode node) {
    return Objects.requireNonNull(node.node().responseStores().get(TestNode.SERVICE));
  }

  /** From now on nobody answers. */
  void serverDies() throws IOException {
    server.close();
  }

  @Override
  public void close() throws IOException {
    node.close();
    server.close();
  }
}
