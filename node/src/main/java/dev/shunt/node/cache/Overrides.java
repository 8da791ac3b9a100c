package dev.shunt.node.cache;

import dev.shunt.node.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Headers by which some servers take a request for another one: a response to such a request must
 * not be kept as that to its target.
 */
final class Overrides {

  private static final List<byte[]> NAMES =
      List.of(
              "x-host",
              "x-http-destinationurl",
              "x-http-host-override",
              "x-http-method",
              "x-http-method-override",
              "x-method-override",
              "x-original-host",
              "x-original-method",
              "x-original-uri",
              "x-original-url",
              "x-override-url",
              "x-rewrite-uri",
              "x-rewrite-url")
          .stream()
          .map(name -> name.getBytes(StandardCharsets.US_ASCII))
          .toList();

  private Overrides() {}

  static boolean in(RequestHead request) {
    for (int i = 0; i < request.headerCount(); i++) {
      int from = request.nameStart(i);
      if ((request.byteAt(from) | 0x20) == 'x' && isOne(request, from, request.nameEnd(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOne(RequestHead request, int from, int to) {
    for (byte[] name : NAMES) {
      if (name.length == to - from && same(request, from, name)) {
        return true;
      }
    }
    return false;
  }

  /** In any case, and with {@code _} for {@code -}, which are one to a CGI server. */
  private static boolean same(RequestHead request, int from, byte[] name) {
    for (int i = 0; i < name.length; i++) {
      byte b = request.byteAt(from + i);
      int plain = b == '_' ? '-' : b | 0x20;
      if (plain != name[i]) {
        return false;
      }
    }
    return true;
  }
}
