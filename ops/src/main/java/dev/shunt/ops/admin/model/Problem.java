package dev.shunt.ops.admin.model;

/**
 * An error of the admin API (RFC 9457, {@code application/problem+json}).
 *
 * @param type always {@code about:blank}: the status says what kind it is
 * @param title the status' reason phrase
 * @param status of the response
 * @param detail a sentence for a person
 */
public record Problem(String type, String title, int status, String detail) {

  public static Problem of(int status, String title, String detail) {
    return new Problem("about:blank", title, status, detail);
  }
}
