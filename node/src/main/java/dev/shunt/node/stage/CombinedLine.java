package dev.shunt.node.stage;

import dev.shunt.node.Exchange;
import dev.shunt.node.RequestHead;

/**
 * The "combined" format of Apache and nginx, escaped as nginx does: quotes, backslashes and
 * everything but visible ASCII and spaces as {@code \xHH}. Time is UTC; of a user nothing is said.
 */
final class CombinedLine extends LogLine {

  CombinedLine() {
    super("dd/MMM/yyyy:HH:mm:ss '+0000'");
  }

  @Override
  void write(Exchange exchange, long began, ByteLine to) {
    RequestHead request = exchange.request();
    to.put(exchange.clientAddress()).put(" - - [");
    time(began, to);
    to.put("] \"");
    String method = request.method();
    if (method.isEmpty()) {
      to.put('-');
    } else {
      to.put(method).put(' ');
      target(request, to);
      to.put(' ').put(exchange.protocol());
    }
    to.put("\" ").putNumber(exchange.status()).put(' ').putNumber(exchange.bodyBytes());
    quoted(request, "referer", to);
    quoted(request, "user-agent", to);
    to.put('\n');
  }

  private void quoted(RequestHead request, String header, ByteLine to) {
    to.put(" \"");
    if (!header(request, header, to)) {
      to.put('-');
    }
    to.put('"');
  }

  @Override
  void escaped(int unsigned, ByteLine to) {
    if (unsigned == '"' || unsigned == '\\' || unsigned < ' ' || unsigned > '~') {
      to.put("\\x").putHex(unsigned);
    } else {
      to.put((char) unsigned);
    }
  }
}
