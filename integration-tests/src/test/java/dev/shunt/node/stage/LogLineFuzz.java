package dev.shunt.node.stage;

import static dev.shunt.integrationtests.fuzz.Oracle.require;
import static dev.shunt.integrationtests.fuzz.Oracle.same;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shunt.node.Exchange;
import dev.shunt.node.RequestHead;
import dev.shunt.node.http.Heads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Lines of the access log: whatever a client sent, one line, in which nobody makes two fields of
 * one; what JSON says is what came.
 */
public final class LogLineFuzz {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FIELDS = 17;
  private static final String QUOTED = "\"(?:[^\"\\\\]|\\\\x[0-9A-F]{2})*+\"";
  private static final Pattern COMBINED =
      Pattern.compile("192\\.0\\.2\\.1 - - \\[[^\\]]*\\] %1$s 200 5 %1$s %1$s\n".formatted(QUOTED));

  private LogLineFuzz() {}

  /** What Jazzer calls; the bytes are a request's head. */
  public static void fuzzerTestOneInput(byte[] input) {
    Heads.request(input).ifPresent(LogLineFuzz::check);
  }

  private static void check(RequestHead head) {
    String combined = line(new CombinedLine(), head);
    require(COMBINED.matcher(combined).matches(), "a line with other fields: " + combined);
    String json = line(new JsonLine(), head);
    require(json.indexOf('\n') == json.length() - 1, "more than one line: " + json);
    require(json.chars().allMatch(c -> c < 127 && (c >= ' ' || c == '\n')), "not plain: " + json);
    try {
      JsonNode object = JSON.readTree(json);
      same(FIELDS, object.size(), "more or fewer fields");
      same(head.method(), object.get("method").asText(), "another method");
      same(head.target(), object.get("target").asText(), "another target");
      int agent = head.find("user-agent", 0);
      same(
          agent < 0 ? null : head.value(agent),
          object.get("user_agent").textValue(),
          "another user agent");
      same(200, object.get("status").intValue(), "another status");
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + json, e);
    }
  }

  private static String line(LogLine format, RequestHead head) {
    ByteLine line = new ByteLine();
    format.write(exchange(head), 1_700_000_000_123L, line);
    return new String(line.bytes(), 0, line.length(), StandardCharsets.ISO_8859_1);
  }

  private static Exchange exchange(RequestHead head) {
    Map<String, Object> answers = new HashMap<>();
    answers.put("request", head);
    answers.put("clientAddress", "192.0.2.1");
    answers.put("client", new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 1));
    answers.put("protocol", "HTTP/1.1");
    answers.put("service", "web");
    answers.put("status", 200);
    answers.put("bodyBytes", 5L);
    answers.put("elapsedNanos", 1_234_567L);
    answers.put("server", Exchange.NO_SERVER);
    answers.put("tries", 0);
    answers.put("chosenBy", "");
    answers.put("tls", Optional.empty());
    return Heads.exchange(answers);
  }
}
