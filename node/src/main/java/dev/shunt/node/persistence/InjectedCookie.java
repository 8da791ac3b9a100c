package dev.shunt.node.persistence;

import dev.shunt.node.Headers;
import dev.shunt.node.PreparedHeader;
import dev.shunt.node.Server;
import dev.shunt.node.StageContext;
import dev.shunt.node.StageFactory;
import dev.shunt.node.StageProvider;
import java.util.List;
import java.util.Set;

/**
 * Cookie injection (claim A6): the response carries a cookie that names the server, and a request
 * with it goes to that server through whichever member.
 *
 * <p>Settings: {@code name} (default {@value #DEFAULT_NAME}), {@code secure} ({@code true} for
 * services that are reached over TLS; default {@code false}).
 *
 * <p>The value is a keyed hash of service and server, so it tells nothing about the server and
 * cannot be made without the key. The cookie is taken out of requests before the server sees them,
 * and set on every response whose client has none, a wrong one, or one of another server.
 */
public final class InjectedCookie implements StageProvider {

  public static final String NAME = "cookie";
  public static final String DEFAULT_NAME = "SHUNT";
  private static final String KEY_NAME = "name";
  private static final String KEY_SECURE = "secure";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public StageFactory configure(StageContext context) {
    context.allow(Set.of(KEY_NAME, KEY_SECURE));
    String cookie = context.setting(KEY_NAME, DEFAULT_NAME);
    if (!Headers.isToken(cookie)) {
      throw new IllegalArgumentException(
          KEY_NAME + ": found '" + cookie + "', allowed is a cookie name (a token)");
    }
    String attributes =
        "; Path=/; HttpOnly; SameSite=Lax" + (context.flag(KEY_SECURE, false) ? "; Secure" : "");
    CookieValues values = new CookieValues(context.key().get(), context.service(), names(context));
    PreparedHeader[] lines = new PreparedHeader[context.servers().size()];
    for (int i = 0; i < lines.length; i++) {
      lines[i] = new PreparedHeader("Set-Cookie", cookie + "=" + values.valueOf(i) + attributes);
    }
    return () -> new CookieStage(cookie, values, lines);
  }

  private static List<String> names(StageContext context) {
    return context.servers().stream().map(Server::name).toList();
  }
}
