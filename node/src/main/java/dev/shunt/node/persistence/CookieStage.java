package dev.shunt.node.persistence;

import dev.shunt.node.Exchange;
import dev.shunt.node.RequestHead;
import dev.shunt.node.ResponseHead;
import dev.shunt.node.ServerPool;
import dev.shunt.node.Stage;
import org.jspecify.annotations.Nullable;

/** Reads, strips and sets the injected cookie; see {@link InjectedCookie}. */
final class CookieStage implements Stage {

  private static final Integer[] SERVERS = servers();

  private final RulePools pools;

  /** By pool; none for a pool of one server. */
  private final @Nullable PoolCookie[] cookies;

  // Of the call that is under way: the server that the pool's own cookie names, and what the cookie
  // of all servers does.
  private int own;
  private int common;

  CookieStage(RulePools pools, @Nullable PoolCookie[] cookies) {
    this.pools = pools;
    this.cookies = cookies.clone();
  }

  @Override
  public void onRequest(RequestHead request, Exchange exchange) {
    own = CookieValues.NOBODY;
    common = CookieValues.NOBODY;
    int pool = pools.of(exchange);
    for (int i = request.find("cookie", 0); i >= 0; i = request.find("cookie", i + 1)) {
      strip(request, i, pool);
    }
    boolean isOwn = own != CookieValues.NOBODY && exchange.allows(own);
    if (isOwn) {
      exchange.attach(this, SERVERS[own]);
    }
    int named = isOwn ? own : common;
    if (named != CookieValues.NOBODY
        && exchange.allows(named)
        && exchange.preferred() == Exchange.NO_SERVER) {
      exchange.prefer(named);
    }
  }

  @Override
  public void onResponse(ResponseHead response, Exchange exchange) {
    int server = exchange.server();
    PoolCookie cookie = cookies[pools.of(exchange)];
    if (server != Exchange.NO_SERVER
        && cookie != null
        && !SERVERS[server].equals(exchange.attachment(this).orElse(null))) {
      response.add(cookie.lines().of(server));
    }
  }

  /**
   * Cuts all pools' cookies out of one {@code Cookie} header (RFC 6265 section 4.2.1), wherever and
   * however often they stand there. Of each the first that is valid counts.
   */
  private void strip(RequestHead request, int header, int pool) {
    int end = request.valueEnd(header);
    int keptEnd = -1;
    boolean cut = false;
    int pair = request.valueStart(header);
    while (pair < end) {
      int pairEnd = FieldText.indexOf(request, ';', pair, end);
      int next = FieldText.skipSpace(request, Math.min(pairEnd + 1, end), end);
      int ours = poolAt(request, pair, pairEnd);
      if (ours >= 0) {
        note(request, ours, pool, pair, FieldText.trimEnd(request, pair, pairEnd));
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
  }

  /** The pool whose cookie stands there, or -1. */
  private int poolAt(RequestHead request, int from, int to) {
    for (int pool = 0; pool < cookies.length; pool++) {
      PoolCookie cookie = cookies[pool];
      if (cookie != null && cookie.isAt(request, from, to)) {
        return pool;
      }
    }
    return -1;
  }

  private void note(RequestHead request, int ours, int pool, int from, int to) {
    PoolCookie cookie = cookies[ours];
    boolean isOwn = ours == pool;
    if (cookie != null && (isOwn ? own : common) == CookieValues.NOBODY && (isOwn || ours == 0)) {
      int found = cookie.values().find(request, from + cookie.name().length() + 1, to);
      own = isOwn ? found : own;
      common = isOwn ? common : found;
    }
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
