package dev.shunt.node.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server that takes whatever comes, and answers when it has all of it. */
final class WholeServer implements AutoCloseable {

  /** What is answered. */
  @FunctionalInterface
  interface Pages {
    byte[] answer(HttpExchange exchange, byte[] body) throws IOException;
  }

  private static final int PART = 65_536;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  WholeServer(Pages pages) throws IOException {
    server = HttpServer.create(TestNode.loopback(0), 1000);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] answer = pages.answer(exchange, exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
            write(exchange.getResponseBody(), answer);
          }
        });
    server.setExecutor(threads);
    server.start();
  }

  /** The server of the JDK makes a buffer of twice the length that it is given. */
  private static void write(OutputStream to, byte[] answer) throws IOException {
    for (int at = 0; at < answer.length; at += PART) {
      to.write(answer, at, Math.min(PART, answer.length - at));
    }
  }

  static WholeServer saying(String text) throws IOException {
    return new WholeServer((_, _) -> text.getBytes(UTF_8));
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
