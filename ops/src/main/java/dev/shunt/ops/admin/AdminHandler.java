package dev.shunt.ops.admin;

import dev.shunt.ops.admin.model.Problem;
import dev.shunt.ops.metrics.Exposition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.URIUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the requests of the admin API; see {@link AdminServer} for who may ask what. */
final class AdminHandler extends Handler.Abstract {

  /** Where an operation takes no body it is tolerated and not read. */
  static final int MAX_BODY = 16 * 1024;

  static final String JSON = "application/json";
  static final String PROBLEM_JSON = "application/problem+json";
  static final String JSON_LINES = "application/x-ndjson";

  private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);

  /** A page of a foreign name that resolves to 127.0.0.1 (DNS rebinding) sends that name. */
  private static final Pattern LOCAL_HOST =
      Pattern.compile("(localhost|127\\.[0-9.]+|\\[::1])(:[0-9]{1,5})?");

  private final List<Route> routes;
  private final Exposition metrics;
  private final String operatorConnector;

  /**
   * @param operatorConnector name of the connector whose clients may give commands
   */
  AdminHandler(List<Route> routes, Exposition metrics, String operatorConnector) {
    this.routes = routes;
    this.metrics = metrics;
    this.operatorConnector = operatorConnector;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    boolean operator =
        operatorConnector.equals(request.getConnectionMetaData().getConnector().getName());
    Answer answer;
    try {
      Object found = answer(request, operator);
      if (found instanceof LineStream lines) {
        stream(lines, response, callback);
        return true;
      }
      answer = (Answer) found;
    } catch (ControlException e) {
      int status = e.reason().status();
      String title = HttpStatus.getMessage(status);
      answer =
          json(
              status,
              PROBLEM_JSON,
              Problem.of(status, title, String.valueOf(e.getMessage()), e.purge().orElse(null)));
    } catch (IllegalArgumentException e) {
      answer = problem(HttpStatus.BAD_REQUEST_400, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.warn(
          "admin request {} {} failed", request.getMethod(), request.getHttpURI().getPath(), e);
      answer = problem(HttpStatus.INTERNAL_SERVER_ERROR_500, "the daemon's log has the reason");
    }
    send(answer, response, callback);
    return true;
  }

  /** A response; {@code allow} lists the methods of a path when none of them was used. */
  private record Answer(int status, String contentType, String body, String allow) {}

  /** An {@link Answer}, or a {@link LineStream} that becomes one bit by bit. */
  private Object answer(Request request, boolean operator) throws ControlException {
    if (!operator && !isLocal(request)) {
      return problem(HttpStatus.FORBIDDEN_403, "the Host must be localhost or a loopback address");
    }
    if (request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)) {
      return problem(HttpStatus.LENGTH_REQUIRED_411, "a body needs its Content-Length");
    }
    if (request.getLength() > MAX_BODY) {
      return problem(
          HttpStatus.PAYLOAD_TOO_LARGE_413,
          "found a body of %d bytes, allowed are %d".formatted(request.getLength(), MAX_BODY));
    }
    List<String> segments = segments(request.getHttpURI().getPath());
    String method = request.getMethod().equals("HEAD") ? "GET" : request.getMethod();
    if (segments.equals(List.of("metrics"))) {
      return method.equals("GET") ? metrics(request) : notAllowed(List.of("GET"));
    }
    List<String> methods = new ArrayList<>();
    for (Route route : routes) {
      Optional<Map<String, String>> match = route.match(segments);
      if (match.isPresent() && route.method().equals(method)) {
        return route.isCommand() && !operator
            ? problem(HttpStatus.FORBIDDEN_403, "commands are taken on the Unix socket only")
            : answer(route.action().answer(call(request, match.get())));
      }
      match.ifPresent(_ -> methods.add(route.method()));
    }
    return methods.isEmpty()
        ? problem(HttpStatus.NOT_FOUND_404, "there is no " + request.getHttpURI().getPath())
        : notAllowed(methods);
  }

  private static Object answer(Object found) {
    return found instanceof LineStream ? found : json(HttpStatus.OK_200, JSON, found);
  }

  private Answer metrics(Request request) {
    String accept = request.getHeaders().get(HttpHeader.ACCEPT);
    Exposition.Page page = metrics.page(accept == null ? "" : accept);
    return new Answer(HttpStatus.OK_200, page.contentType(), page.text(), "");
  }

  private static Route.Call call(Request request, Map<String, String> segments) {
    Map<String, String> query = new HashMap<>();
    for (Fields.Field field : Request.extractQueryParameters(request)) {
      query.put(field.getName(), String.valueOf(field.getValue()));
    }
    return new Route.Call(segments, query, () -> body(request));
  }

  /** Its length is known and bounded; a sender that says nothing for the idle time is gone. */
  private static String body(Request request) {
    try (InputStream body = Content.Source.asInputStream(request)) {
      return new String(body.readNBytes(MAX_BODY), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalArgumentException("body: did not come whole", e);
    }
  }

  private static boolean isLocal(Request request) {
    String host = request.getHeaders().get(HttpHeader.HOST);
    return host != null && LOCAL_HOST.matcher(host).matches();
  }

  /** Split before decoding, so that an encoded slash stays in its segment. */
  private static List<String> segments(String path) {
    List<String> segments = new ArrayList<>();
    for (String segment : path.substring(1).split("/", -1)) {
      segments.add(URIUtil.decodePath(segment));
    }
    return segments;
  }

  private static Answer notAllowed(List<String> methods) {
    String allow = String.join(", ", new TreeSet<>(methods));
    Answer problem = problem(HttpStatus.METHOD_NOT_ALLOWED_405, "allowed is " + allow);
    return new Answer(problem.status(), problem.contentType(), problem.body(), allow);
  }

  private static Answer problem(int status, String detail) {
    return json(status, PROBLEM_JSON, Problem.of(status, HttpStatus.getMessage(status), detail));
  }

  private static Answer json(int status, String contentType, Object value) {
    return new Answer(status, contentType, AdminJson.text(value), "");
  }

  /** Each line is sent at once; a reader that takes none for the idle time is one that is gone. */
  private static void stream(LineStream lines, Response response, Callback callback) {
    response.setStatus(HttpStatus.OK_200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, JSON_LINES);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response.getHeaders().put(HttpHeader.CONNECTION, "close");
    try (lines) {
      for (Optional<Object> line = lines.next(); line.isPresent(); line = lines.next()) {
        String text = AdminJson.text(line.get()) + "\n";
        Content.Sink.write(response, false, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      }
      response.write(true, ByteBuffer.allocate(0), callback);
    } catch (IOException e) {
      callback.failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      callback.failed(e);
    }
  }

  private static void send(Answer answer, Response response, Callback callback) {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    response.setStatus(answer.status());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response.getHeaders().put("X-Content-Type-Options", "nosniff");
    if (!answer.allow().isEmpty()) {
      response.getHeaders().put(HttpHeader.ALLOW, answer.allow());
    }
    response.write(true, ByteBuffer.wrap(body), callback);
  }
}
