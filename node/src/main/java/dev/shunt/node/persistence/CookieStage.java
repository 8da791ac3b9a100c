package dev.shunt.node.persistence;

import dev.shunt.node.Exchange;
import dev.shunt.node.PreparedHeader;
import dev.shunt.node.RequestHead;
import dev.shunt.node.ResponseHead;
import dev.shunt.node.ServerPool;
import dev.shunt.node.Stage;

/** Reads, strips and sets the injected cookie; see {@link InjectedCookie}. */
final class CookieStage implements Stage {

  private static final Integer[] SERVERS = servers();

  /** The cookie's server is not for this request: it stays for those that it is for. */
  private static final Object ELSEWHERE = new Object();

  private final String name;
  private final CookieValues values;
  private final PreparedHeader[] lines;

  CookieStage(String name, CookieValues values, PreparedHeader[] lines) {
    this.name = name;
    this.values = values;
    this.lines = lines;
  }

  @Override
  public void onRequest(RequestHead request, Exchange exchange) {
    int named = CookieValues.NOBODY;
    for (int i = request.find("cookie", 0); i >= 0; i = request.find("cookie", i + 1)) {
      int found = strip(request, i);
      named = named == CookieValues.NOBODY ? found : named;
    }
    if (named != CookieValues.NOBODY && !exchange.allows(named)) {
      exchange.attach(this, ELSEWHERE);
    } else if (named != CookieValues.NOBODY) {
      exchange.attach(this, SERVERS[named]);
      if (exchange.preferred() == Exchange.NO_SERVER) {
        exchange.prefer(named);
      }
    }
  }

  @Override
  public void onResponse(ResponseHead response, Exchange exchange) {
    int server = exchange.server();
    if (server == Exchange.NO_SERVER) {
      return;
    }
    Object named = exchange.attachment(this).orElse(null);
    if (!ELSEWHERE.equals(named) && !SERVERS[server].equals(named)) {
      response.add(lines[server]);
    }
  }

  /**
   * Cuts this cookie out of one {@code Cookie} header (RFC 6265 section 4.2.1), wherever and
   * however often it stands there; the server of the first that is valid.
   */
  private int strip(RequestHead request, int header) {
    int end = request.valueEnd(header);
    int named = CookieValues.NOBODY;
    int keptEnd = -1;
    boolean cut = false;
    int pair = request.valueStart(header);
    while (pair < end) {
      int pairEnd = indexOf(request, ';', pair, end);
      int next = skipSpace(request, Math.min(pairEnd + 1, end), end);
      if (isOurs(request, pair, pairEnd)) {
        int found = values.find(request, pair + name.length() + 1, trimEnd(request, pair, pairEnd));
        named = named == CookieValues.NOBODY ? found : named;
        // Behind a cookie that stays, its separator goes; before one, the separator after.
        request.cut(header, keptEnd < 0 ? pair : keptEnd, keptEnd < 0 ? next : pairEnd);
        cut = true;
      } else {
        keptEnd = pairEnd;
      }
      pair = next;
    }
    if (cut && keptEnd < 0) {
      request.remove(header);
    }
    return named;
  }

  private boolean isOurs(RequestHead request, int from, int to) {
    if (to - from <= name.length() || request.byteAt(from + name.length()) != '=') {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (request.byteAt(from + i) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int indexOf(RequestHead request, char wanted, int from, int to) {
    int at = from;
    while (at < to && request.byteAt(at) != wanted) {
      at++;
    }
    return at;
  }

  private static int skipSpace(RequestHead request, int from, int to) {
    int at = from;
    while (at < to && (request.byteAt(at) == ' ' || request.byteAt(at) == '\t')) {
      at++;
    }
    return at;
  }

  private static int trimEnd(RequestHead request, int from, int to) {
    int at = to;
    while (at > from && (request.byteAt(at - 1) == ' ' || request.byteAt(at - 1) == '\t')) {
      at--;
    }
    return at;
  }

  /** Boxed once: a request then allocates nothing. */
  private static Integer[] servers() {
    Integer[] all = new Integer[ServerPool.MAX_SERVERS];
    for (int i = 0; i < all.length; i++) {
      all[i] = i;
    }
    return all;
  }
}
