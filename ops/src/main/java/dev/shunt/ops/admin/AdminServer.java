package dev.shunt.ops.admin;

import dev.shunt.ops.admin.model.Problem;
import dev.shunt.ops.admin.model.Version;
import dev.shunt.ops.metrics.Exposition;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * The admin API: HTTP with JSON on a Unix socket and, if configured, on a loopback TCP port.
 *
 * <p>Who may ask what: the Unix socket belongs to the daemon's user alone (mode 0600) and takes
 * everything. The TCP port only answers questions; commands get 403 there, for every user of the
 * host and every page in a browser can reach it. A browser cannot reach a Unix socket, so no
 * command can be forged by a page (CSRF), and over TCP a {@code Host} that is not the loopback's is
 * refused, so that a page cannot read either (DNS rebinding).
 *
 * <p>Bounded: {@link #MAX_THREADS} threads, {@link #MAX_CONNECTIONS} connections (hence as many
 * waiting requests), {@link #MAX_HEADER} bytes of header, {@link #IDLE_MILLIS} of silence. Errors
 * are {@code application/problem+json} (RFC 9457).
 */
public final class AdminServer implements AutoCloseable {

  /** The API's version, as in {@code /v1}. */
  public static final int API = 1;

  static final int MAX_THREADS = 12;
  static final int MAX_CONNECTIONS = 128;
  static final int MAX_HEADER = 8192;
  static final int IDLE_MILLIS = 15_000;

  private static final int THREAD_IDLE_MILLIS = 10_000;
  private static final String OPERATORS = "unix";

  private final Server server;
  private final Path socket;
  private final @Nullable ServerConnector tcp;

  /**
   * @param version of the software
   * @param socket path of the Unix socket; its folder is made if need be
   * @param listen loopback address for questions over TCP; port 0 is any free one
   */
  public AdminServer(
      ArrayControl array,
      Exposition metrics,
      String version,
      Path socket,
      Optional<InetSocketAddress> listen) {
    this.socket = socket;
    server = new Server(threads());
    server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
    UnixDomainServerConnector unix = new UnixDomainServerConnector(server, 1, 1, http());
    unix.setName(OPERATORS);
    unix.setUnixDomainPath(socket);
    unix.setIdleTimeout(IDLE_MILLIS);
    server.addConnector(unix);
    tcp = listen.map(this::tcpConnector).orElse(null);
    Version runs = new Version(version, Runtime.version().toString(), API);
    server.setHandler(new AdminHandler(new AdminRoutes(array, runs).table(), metrics, OPERATORS));
    server.setErrorHandler(new ProblemHandler());
  }

  /**
   * Opens socket and port.
   *
   * @throws IOException if one of them cannot be used; the message says which and why
   */
  public void start() throws IOException {
    AdminSocket.prepare(socket);
    try {
      server.start();
      AdminSocket.protect(socket);
    } catch (IOException e) {
      close();
      throw e;
    } catch (Exception e) {
      close();
      throw new IOException("admin API: " + e.getMessage(), e);
    }
  }

  /** Where questions are answered over TCP. */
  public Optional<InetSocketAddress> address() {
    return Optional.ofNullable(tcp)
        .map(c -> new InetSocketAddress(InetAddress.ofLiteral(c.getHost()), c.getLocalPort()));
  }

  /** Closes both and removes the socket's file. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the admin API cannot be stopped", e);
    }
  }

  private static QueuedThreadPool threads() {
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 1, THREAD_IDLE_MILLIS);
    threads.setReservedThreads(0);
    threads.setName("admin");
    threads.setDaemon(true);
    return threads;
  }

  private static HttpConnectionFactory http() {
    HttpConfiguration http = new HttpConfiguration();
    http.setRequestHeaderSize(MAX_HEADER);
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    return new HttpConnectionFactory(http);
  }

  private ServerConnector tcpConnector(InetSocketAddress address) {
    if (!address.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "admin.listen: found " + address + ", allowed is a loopback address");
    }
    ServerConnector connector = new ServerConnector(server, 1, 1, http());
    connector.setHost(address.getAddress().getHostAddress());
    connector.setPort(address.getPort());
    connector.setIdleTimeout(IDLE_MILLIS);
    server.addConnector(connector);
    return connector;
  }

  /** What Jetty itself refuses (malformed or too large) is told in the API's form. */
  private static final class ProblemHandler extends ErrorHandler {

    @Override
    protected void generateResponse(
        Request request,
        Response response,
        int code,
        String message,
        Throwable cause,
        Callback callback) {
      Problem problem = Problem.of(code, HttpStatus.getMessage(code), String.valueOf(message));
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, AdminHandler.PROBLEM_JSON);
      response.write(
          true,
          ByteBuffer.wrap(AdminJson.text(problem).getBytes(StandardCharsets.UTF_8)),
          callback);
    }
  }
}
