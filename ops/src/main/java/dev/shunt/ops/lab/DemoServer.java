package dev.shunt.ops.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/**
 * A back-end web server to balance over: it tells who it is, answers with checkable content, slowly
 * or with any status, and shows what reached it.
 *
 * <p>{@code /health}, {@code /whoami}, {@code /bytes/N?seed=S}, {@code /slow?bytes=N&rate=R&seed=S}
 * (R in bytes per second), {@code /echo}, {@code /login?id=X} (begins a session: {@code Set-Cookie:
 * JSESSIONID=X}), {@code /status/N}, {@code /page} ({@link DemoPage}), {@code /control/delay/MS}
 * (delays all but the first two from then on). Every answer names the server in {@code X-Server}
 * and repeats {@code X-Request-Id}.
 */
final class DemoServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BLOCK = 16_384;
  private static final int MAX_ECHO = 1 << 20;
  private static final int MAX_DELAY_MILLIS = 60_000;
  private static final int SLOW_STEPS_PER_SECOND = 50;
  private static final int BACKLOG = 4_096;
  private static final String IDLE_CONNECTIONS = "4096";

  private final String name;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicInteger active = new AtomicInteger();
  private volatile int delayMillis;

  DemoServer(String name, InetSocketAddress address) throws IOException {
    this(name, create(address));
  }

  /** One that speaks TLS. */
  DemoServer(String name, InetSocketAddress address, SSLContext tls) throws IOException {
    HttpsServer secure = HttpsServer.create(address, BACKLOG);
    secure.setHttpsConfigurator(new HttpsConfigurator(tls));
    this(name, secure);
  }

  private DemoServer(String name, HttpServer server) {
    this.name = name;
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  private static HttpServer create(InetSocketAddress address) throws IOException {
    // Read once by the JDK's server: no 40 ms wait for an acknowledgement, and idle connections
    // stay.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.maxIdleConnections", IDLE_CONNECTIONS);
    System.setProperty("sun.net.httpserver.idleInterval", "300");
    return HttpServer.create(address, BACKLOG);
  }

  DemoServer start() {
    server.start();
    return this;
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    active.incrementAndGet();
    try (exchange) {
      exchange.getResponseHeaders().set("X-Server", name);
      String id = exchange.getRequestHeaders().getFirst("X-Request-Id");
      if (id != null) {
        exchange.getResponseHeaders().set("X-Request-Id", id);
      }
      route(exchange);
    } catch (IllegalArgumentException e) {
      text(exchange, 400, e.getMessage() + "\n");
    } finally {
      active.decrementAndGet();
    }
  }

  private void route(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/health")) {
      text(exchange, 200, "ok\n");
    } else if (path.startsWith("/control/delay/")) {
      delayMillis = (int) number("delay", path.substring(15), MAX_DELAY_MILLIS);
      text(exchange, 200, "delay " + delayMillis + " ms\n");
    } else {
      pause(delayMillis);
      content(exchange, path);
    }
  }

  private void content(HttpExchange exchange, String path) throws IOException {
    Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
    cacheable(exchange, query);
    long seed = number("seed", query.getOrDefault("seed", "0"), Long.MAX_VALUE);
    if (path.equals("/whoami")) {
      json(exchange, Map.of("server", name, "requests", requests.get(), "active", active.get()));
    } else if (path.startsWith("/bytes/")) {
      bytes(exchange, seed, number("bytes", path.substring(7), Long.MAX_VALUE), 0);
    } else if (path.equals("/slow")) {
      long count = number("bytes", query.getOrDefault("bytes", "1000000"), Long.MAX_VALUE);
      bytes(exchange, seed, count, number("rate", query.getOrDefault("rate", "100000"), 1L << 40));
    } else if (path.equals("/login")) {
      String id = query.getOrDefault("id", "");
      exchange.getResponseHeaders().set("Set-Cookie", "JSESSIONID=" + id + "; Path=/");
      json(exchange, Map.of("server", name));
    } else if (DemoPage.has(path)) {
      send(exchange, 200, DemoPage.content(exchange, path));
    } else if (path.equals("/echo")) {
      echo(exchange);
    } else if (path.startsWith("/status/")) {
      int status = (int) number("status", path.substring(8), 599);
      text(exchange, status, status == 204 || status == 304 ? "" : "status " + status + "\n");
    } else {
      text(exchange, 404, "nothing at " + path + "\n");
    }
  }

  /** Lets caches keep what comes, if the client says for how long; a tag is to purge it by. */
  private static void cacheable(HttpExchange exchange, Map<String, String> query) {
    if (query.containsKey("max-age")) {
      long seconds = number("max-age", query.get("max-age"), Integer.MAX_VALUE);
      exchange.getResponseHeaders().set("Cache-Control", "max-age=" + seconds);
    }
    if (query.containsKey("tag")) {
      exchange.getResponseHeaders().set("Surrogate-Key", query.get("tag"));
    }
  }

  /** Streams content; a rate of 0 is as fast as it is read. */
  private void bytes(HttpExchange exchange, long seed, long count, long rate) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
    exchange.sendResponseHeaders(200, count == 0 ? -1 : count);
    if (count == 0) {
      return;
    }
    byte[] block = new byte[rate == 0 ? BLOCK : Math.clamp(rate / SLOW_STEPS_PER_SECOND, 1, BLOCK)];
    long start = System.nanoTime();
    try (OutputStream out = exchange.getResponseBody()) {
      for (long sent = 0; sent < count; ) {
        int size = (int) Math.min(block.length, count - sent);
        Content.fill(seed, sent, block, size);
        out.write(block, 0, size);
        sent += size;
        if (rate > 0) {
          out.flush();
          long due = start + (long) (sent * 1e9 / rate);
          pause((due - System.nanoTime()) / 1_000_000);
        }
      }
    }
  }

  private void echo(HttpExchange exchange) throws IOException {
    Map<String, Object> seen = new LinkedHashMap<>();
    seen.put("server", name);
    seen.put("method", exchange.getRequestMethod());
    seen.put("target", exchange.getRequestURI().toString());
    seen.put("protocol", exchange.getProtocol());
    seen.put("peer", exchange.getRemoteAddress().toString());
    seen.put("headers", exchange.getRequestHeaders());
    seen.put(
        "body",
        new String(exchange.getRequestBody().readNBytes(MAX_ECHO), StandardCharsets.ISO_8859_1));
    json(exchange, seen);
  }

  private static void json(HttpExchange exchange, Object value) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    send(exchange, 200, JSON.writeValueAsBytes(value));
  }

  private static void text(HttpExchange exchange, int status, String text) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    send(exchange, status, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean empty = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, empty ? -1 : body.length);
    if (!empty) {
      exchange.getResponseBody().write(body);
    }
  }

  private static Map<String, String> query(String raw) {
    return raw == null
        ? Map.of()
        : Arrays.stream(raw.split("&"))
            .filter(pair -> pair.indexOf('=') > 0)
            .collect(
                Collectors.toMap(
                    pair -> pair.substring(0, pair.indexOf('=')),
                    pair -> pair.substring(pair.indexOf('=') + 1),
                    (first, second) -> second));
  }

  private static long number(String what, String text, long max) {
    try {
      long value = Long.parseLong(text);
      if (value >= 0 && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below, as for a number out of range.
    }
    throw new IllegalArgumentException("%s '%s': allowed is 0 to %d".formatted(what, text, max));
  }

  private static void pause(long millis) {
    if (millis > 0) {
      Waiting.pause(java.time.Duration.ofMillis(millis));
    }
  }
}
