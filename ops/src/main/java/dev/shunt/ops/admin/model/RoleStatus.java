package dev.shunt.ops.admin.model;

import org.jspecify.annotations.Nullable;

/**
 * What a member is in the array.
 *
 * @param role of this member
 * @param term the newest term it knows, such as {@code 7.2}
 * @param scheduler who is scheduler as far as it knows
 * @param sinceMillis when {@code scheduler} took office, milliseconds since the epoch; 0 when
 *     nobody did
 * @param leaseMillis how long this member's lease still lasts; 0 without one
 * @param eligible whether this member may become scheduler
 */
public record RoleStatus(
    Role role,
    String term,
    @Nullable String scheduler,
    long sinceMillis,
    long leaseMillis,
    boolean eligible) {

  /** Standing alone, nothing is known of terms. */
  public static final RoleStatus STANDALONE =
      new RoleStatus(Role.STANDALONE, "0.0", null, 0, 0, false);
}
