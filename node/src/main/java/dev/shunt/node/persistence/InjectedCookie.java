package dev.shunt.node.persistence;

import dev.shunt.node.Headers;
import dev.shunt.node.Server;
import dev.shunt.node.StageContext;
import dev.shunt.node.StageFactory;
import dev.shunt.node.StageProvider;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
 *
 * <p>Where rules choose among several servers each set of them has a cookie of its own, so that a
 * client keeps its server of each. Its name ends in eight characters that are a keyed hash of the
 * set, its values tell nothing of other cookies'. Until a client has it, the cookie of all servers
 * counts. A rule of one server needs none.
 */
public final class InjectedCookie implements StageProvider {

  public static final String NAME = "cookie";
  public static final String DEFAULT_NAME = "SHUNT";
  private static final int SUFFIX_BYTES = 6;
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
    byte[] key = context.key().get();
    List<String> names = context.servers().stream().map(Server::name).toList();
    RulePools pools = new RulePools(context);
    @Nullable PoolCookie[] cookies = new PoolCookie[pools.count()];
    for (int pool = 0; pool < cookies.length; pool++) {
      // Names have no NUL, so no two pools give the same input.
      String scope =
          pool == 0
              ? context.service()
              : context.service() + '\0' + String.join("\0", pools.servers(pool));
      CookieValues values = new CookieValues(key, scope, names);
      String name = pool == 0 ? cookie : cookie + "-" + suffix(key, scope);
      if (pool == 0 || pools.servers(pool).size() > 1) {
        cookies[pool] = PoolCookie.of(name, values, attributes, names.size());
      }
    }
    return () -> new CookieStage(pools, cookies);
  }

  private static String suffix(byte[] key, String scope) {
    byte[] hash = KeyedHash.derive(key, "shunt cookie of a pool 1\0" + scope);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Arrays.copyOf(hash, SUFFIX_BYTES));
  }
}
