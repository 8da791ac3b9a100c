package dev.shunt.node.persistence;

import dev.shunt.node.Exchange;
import dev.shunt.node.MessageHead;
import dev.shunt.node.Server;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * The numbers by which shared tables name a service's servers: hashes of their names. Immutable.
 */
final class ServerNumbers {

  private final long[] numbers;
  private final byte[][] names;

  ServerNumbers(List<Server> servers) {
    numbers = servers.stream().mapToLong(server -> of(server.name())).toArray();
    names =
        servers.stream()
            .map(server -> server.name().getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
  }

  private static long of(String name) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java", e);
    }
  }

  int size() {
    return numbers.length;
  }

  long of(int server) {
    return numbers[server];
  }

  /** The server of a number, or {@link Exchange#NO_SERVER} if the service has none. */
  int find(long number) {
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] == number) {
        return i;
      }
    }
    return Exchange.NO_SERVER;
  }

  /** The server whose name stands behind the last dot, or {@link Exchange#NO_SERVER}. */
  int behindDot(MessageHead head, int from, int to) {
    int dot = to - 1;
    while (dot >= from && head.byteAt(dot) != '.') {
      dot--;
    }
    for (int i = 0; dot >= from && i < names.length; i++) {
      if (isAt(head, dot + 1, to, names[i])) {
        return i;
      }
    }
    return Exchange.NO_SERVER;
  }

  private static boolean isAt(MessageHead head, int from, int to, byte[] name) {
    if (to - from != name.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (head.byteAt(from + i) != name[i]) {
        return false;
      }
    }
    return true;
  }
}
