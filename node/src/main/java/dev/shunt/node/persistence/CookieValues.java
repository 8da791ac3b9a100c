package dev.shunt.node.persistence;

import dev.shunt.node.MessageHead;
import dev.shunt.node.NodeConfig;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The cookie value of each server: the first 128 bits of HMAC-SHA-256 over service and server name,
 * in base64url. Immutable, the same on every member with the same key.
 */
final class CookieValues {

  static final int NOBODY = -1;

  private static final String ALGORITHM = "HmacSHA256";
  private static final String PURPOSE = "shunt injected cookie 1";
  private static final int BYTES = 16;
  private static final int LENGTH = 22;

  private final byte[][] values;

  CookieValues(byte[] key, String service, List<String> servers) {
    if (key.length < NodeConfig.MIN_KEY_BYTES) {
      throw new IllegalArgumentException(
          "cookie key: found %d bytes, allowed is at least %d"
              .formatted(key.length, NodeConfig.MIN_KEY_BYTES));
    }
    values = new byte[servers.size()][];
    for (int i = 0; i < values.length; i++) {
      byte[] hash = hash(key, service, servers.get(i));
      values[i] = Base64.getUrlEncoder().withoutPadding().encode(Arrays.copyOf(hash, BYTES));
    }
  }

  private static byte[] hash(byte[] key, String service, String server) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      // Names have no NUL, so no two pairs of them give the same input.
      String input = PURPOSE + '\0' + service + '\0' + server;
      return mac.doFinal(input.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(ALGORITHM + " is part of every Java", e);
    }
  }

  String valueOf(int server) {
    return new String(values[server], StandardCharsets.ISO_8859_1);
  }

  /**
   * The server whose value stands there, or {@link #NOBODY}. Takes the same time whichever bytes
   * differ, so that values cannot be guessed byte by byte.
   */
  int find(MessageHead head, int from, int to) {
    if (to - from != LENGTH) {
      return NOBODY;
    }
    int found = NOBODY;
    for (int server = 0; server < values.length; server++) {
      byte[] value = values[server];
      int difference = 0;
      for (int i = 0; i < LENGTH; i++) {
        difference |= value[i] ^ head.byteAt(from + i);
      }
      if (difference == 0) {
        found = server;
      }
    }
    return found;
  }
}
