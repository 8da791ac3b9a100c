package dev.shunt.node.http;

import dev.shunt.node.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes fields of HTTP/2 as lines of HTTP/1.1 (RFC 9113 section 8.2). What is malformed is not
 * written: a field can end up neither as two lines nor as another field.
 */
final class Http2Fields {

  static final byte[] LINE_END = ascii("\r\n");
  private static final byte[] SEPARATOR = ascii(": ");
  private static final AsciiString TRAILERS = AsciiString.cached("trailers");

  private Http2Fields() {}

  /** A field as a line; false when it is malformed. */
  static boolean line(ByteBuf out, CharSequence name, CharSequence value) {
    if (!name(out, name) || isOfAConnection(name, value)) {
      return false;
    }
    out.writeBytes(SEPARATOR);
    if (!value(out, value)) {
      return false;
    }
    out.writeBytes(LINE_END);
    return true;
  }

  private static boolean name(ByteBuf out, CharSequence name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c > 127 || (c >= 'A' && c <= 'Z') || !Headers.isTokenByte(c)) {
        return false;
      }
      out.writeByte(c);
    }
    return !name.isEmpty();
  }

  /** A field's value; false when it is malformed. */
  static boolean value(ByteBuf out, CharSequence value) {
    int length = value.length();
    if (length > 0 && (isSpace(value.charAt(0)) || isSpace(value.charAt(length - 1)))) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (c > 255 || !Headers.isValueByte(c)) {
        return false;
      }
      out.writeByte(c);
    }
    return true;
  }

  /** All of a trailer section, with the empty line that ends it; false when it is malformed. */
  static boolean section(Http2Headers headers, ByteBuf out) {
    for (Map.Entry<CharSequence, CharSequence> field : headers) {
      if (!line(out, field.getKey(), field.getValue())) {
        return false;
      }
    }
    out.writeBytes(LINE_END);
    return true;
  }

  static boolean isPseudo(CharSequence name) {
    return !name.isEmpty() && name.charAt(0) == ':';
  }

  static boolean is(@Nullable CharSequence value, String expected) {
    return value != null && AsciiString.contentEquals(value, expected);
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isOfAConnection(CharSequence name, CharSequence value) {
    return switch (name.length()) {
      case 2 -> AsciiString.contentEquals(name, "te") && !TRAILERS.contentEqualsIgnoreCase(value);
      case 7 -> AsciiString.contentEquals(name, "upgrade");
      case 10 ->
          AsciiString.contentEquals(name, "connection")
              || AsciiString.contentEquals(name, "keep-alive");
      case 14 -> AsciiString.contentEquals(name, "http2-settings");
      case 16 -> AsciiString.contentEquals(name, "proxy-connection");
      case 17 -> AsciiString.contentEquals(name, "transfer-encoding");
      default -> false;
    };
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
