package dev.shunt.ops.admin.model;

import org.jspecify.annotations.Nullable;

/**
 * An error of the admin API (RFC 9457, {@code application/problem+json}).
 *
 * @param type always {@code about:blank}: the status says what kind it is
 * @param title the status' reason phrase
 * @param status of the response
 * @param detail a sentence for a person
 * @param purge of a purge that not every member obeyed: what became of it on each; absent of others
 *     (an extension member, RFC 9457, section 3.2)
 */
public record Problem(
    String type, String title, int status, String detail, @Nullable PurgeReport purge) {

  public static Problem of(int status, String title, String detail) {
    return of(status, title, detail, null);
  }

  public static Problem of(int status, String title, String detail, @Nullable PurgeReport purge) {
    return new Problem("about:blank", title, status, detail, purge);
  }
}
