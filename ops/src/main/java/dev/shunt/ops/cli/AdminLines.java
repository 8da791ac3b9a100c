package dev.shunt.ops.cli;

import dev.shunt.ops.admin.AdminJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.regex.Matcher;

/** An answer of the admin API that comes line by line: its head, then a JSON object in each. */
final class AdminLines<T> {

  /** Also of the head, and of a problem that comes instead. */
  static final int MAX_LINE = 64 * 1024;

  private final Class<T> type;
  private final Predicate<T> lines;
  private byte[] rest = {};
  private int status;

  /**
   * @param lines hears each; false ends it
   */
  AdminLines(Class<T> type, Predicate<T> lines) {
    this.type = type;
    this.lines = lines;
  }

  /** Takes what has come; whether more is wanted. */
  boolean take(ByteBuffer more) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(rest);
    byte[] come = new byte[more.remaining()];
    more.get(come);
    all.writeBytes(come);
    rest = all.toByteArray();
    if (status == 0 && !readHead()) {
      return true;
    }
    boolean goesOn = status >= 400 || readLines();
    if (rest.length > MAX_LINE) {
      throw new IOException("a line is longer than " + MAX_LINE + " bytes");
    }
    return goesOn;
  }

  private boolean readHead() throws IOException {
    String text = new String(rest, StandardCharsets.ISO_8859_1);
    int end = text.indexOf(AdminClient.END_OF_HEAD);
    if (end < 0) {
      return false;
    }
    Matcher first = AdminClient.STATUS.matcher(text.lines().findFirst().orElse(""));
    if (!first.matches()) {
      throw new IOException("what answers there does not speak the admin API");
    }
    status = Integer.parseInt(first.group(1));
    rest = Arrays.copyOfRange(rest, end + AdminClient.END_OF_HEAD.length(), rest.length);
    return true;
  }

  private boolean readLines() throws IOException {
    int from = 0;
    boolean goesOn = true;
    for (int i = 0; i < rest.length && goesOn; i++) {
      if (rest[i] == '\n') {
        goesOn = lines.test(AdminJson.read(Arrays.copyOfRange(rest, from, i), type));
        from = i + 1;
      }
    }
    rest = Arrays.copyOfRange(rest, from, rest.length);
    return goesOn;
  }

  /**
   * Nothing more comes.
   *
   * @throws CommandException if the daemon refused
   */
  void end() throws IOException, CommandException {
    if (status >= 400) {
      throw AdminClient.refusal(status, rest);
    }
    if (status == 0 || rest.length > 0) {
      throw new IOException("the answer is not whole");
    }
  }
}
