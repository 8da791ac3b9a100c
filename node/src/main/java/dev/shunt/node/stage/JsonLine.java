package dev.shunt.node.stage;

import dev.shunt.node.Exchange;
import dev.shunt.node.RequestHead;
import dev.shunt.node.TlsSession;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** An object in a line (RFC 8259) of nothing but ASCII; what there is not is {@code null}. */
final class JsonLine extends LogLine {

  JsonLine() {
    super("yyyy-MM-dd'T'HH:mm:ss");
  }

  @Override
  void write(Exchange exchange, long began, ByteLine to) {
    RequestHead request = exchange.request();
    to.put("{\"time\":\"");
    time(began, to);
    to.put('.').putThousandths(Math.floorMod(began, 1000L)).put("Z\",\"service\":\"");
    to.put(exchange.service()).put("\",\"client\":\"").put(exchange.clientAddress());
    to.put("\",\"port\":").putNumber(exchange.client().getPort());
    request(exchange, request, to);
    to.put(",\"status\":").putNumber(exchange.status());
    to.put(",\"bytes\":").putNumber(exchange.bodyBytes());
    long micros = TimeUnit.NANOSECONDS.toMicros(Math.max(0, exchange.elapsedNanos()));
    to.put(",\"ms\":").putNumber(micros / 1000).put('.').putThousandths(micros % 1000);
    server(exchange, to);
    Optional<TlsSession> tls = exchange.tls();
    to.put(",\"tls\":");
    text(tls.isPresent() ? tls.get().version() : "", to);
    header(request, ",\"referer\":", "referer", to);
    header(request, ",\"user_agent\":", "user-agent", to);
    to.put("}\n");
  }

  private void request(Exchange exchange, RequestHead request, ByteLine to) {
    String method = request.method();
    to.put(",\"method\":");
    text(method, to);
    to.put(",\"host\":");
    if (method.isEmpty()) {
      to.put("null,\"target\":null,\"protocol\":null");
      return;
    }
    to.put('"');
    header(request, "host", to);
    to.put("\",\"target\":\"");
    target(request, to);
    to.put("\",\"protocol\":\"").put(exchange.protocol()).put('"');
  }

  private void server(Exchange exchange, ByteLine to) {
    int server = exchange.server();
    to.put(",\"server\":");
    text(server == Exchange.NO_SERVER ? "" : exchange.pool().server(server).name(), to);
    to.put(",\"tries\":").putNumber(exchange.tries()).put(",\"chosen_by\":");
    text(exchange.chosenBy(), to);
  }

  private void header(RequestHead request, String key, String name, ByteLine to) {
    to.put(key);
    if (request.find(name, 0) < 0) {
      to.put("null");
    } else {
      to.put('"');
      header(request, name, to);
      to.put('"');
    }
  }

  private void text(String text, ByteLine to) {
    if (text.isEmpty()) {
      to.put("null");
    } else {
      to.put('"');
      escaped(text, to);
      to.put('"');
    }
  }

  @Override
  void escaped(int unsigned, ByteLine to) {
    if (unsigned == '"' || unsigned == '\\') {
      to.put('\\').put((char) unsigned);
    } else if (unsigned < ' ' || unsigned > '~') {
      to.put("\\u00").putHex(unsigned & 0xFF);
    } else {
      to.put((char) unsigned);
    }
  }
}
