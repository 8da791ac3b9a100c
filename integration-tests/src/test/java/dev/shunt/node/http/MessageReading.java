package dev.shunt.node.http;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a reader made of a stream of bytes.
 *
 * @param messages in their order; the last one may be incomplete
 * @param end why it read no further
 * @param detail of a refusal: the reason
 * @param last the offset of the first byte of the message at which it stopped, if it knows it
 */
record MessageReading(List<Message> messages, End end, String detail, int last) {

  /** Why a reader reads no further. */
  enum End {
    /** All bytes are used up. */
    MORE,
    /** A message said that it is the last one of the connection. */
    CLOSE,
    REFUSED
  }

  /**
   * One message; text is ISO 8859-1.
   *
   * @param startLine method, target and version, or version and status
   * @param fields as {@code name: value}
   * @param body without its framing, as far as it came
   * @param complete whether its end was found
   */
  record Message(
      String startLine, List<String> fields, String body, List<String> trailers, boolean complete) {

    private static final Pattern NO_BODY = Pattern.compile("HTTP/1\\.[01] (1[0-9][0-9]|204|304)");

    /** Netty leaves out the encoding of what has no body (RFC 9112 section 6.3). */
    Message {
      boolean framed = !NO_BODY.matcher(startLine).matches();
      fields =
          fields.stream()
              .filter(f -> framed || !f.toLowerCase(Locale.ROOT).startsWith("transfer-encoding:"))
              .toList();
      trailers = List.copyOf(trailers);
    }
  }

  MessageReading {
    messages = List.copyOf(messages);
  }

  /** How many messages are complete. */
  int complete() {
    return (int) messages.stream().filter(Message::complete).count();
  }
}
