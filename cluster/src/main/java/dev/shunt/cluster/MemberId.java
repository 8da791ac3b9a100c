package dev.shunt.cluster;

import java.util.regex.Pattern;

/**
 * The name of a member, unique in the array: 1 to 32 of {@code a-z 0-9 -}, starting with a letter.
 *
 * <p>Ordered by its text; the order is the same on every member.
 */
public record MemberId(String value) implements Comparable<MemberId> {

  /** What a name may look like; also said in configuration errors. */
  public static final String ALLOWED = "[a-z][a-z0-9-]{0,31}";

  private static final Pattern PATTERN = Pattern.compile(ALLOWED);

  public MemberId {
    if (!PATTERN.matcher(value).matches()) {
      throw new IllegalArgumentException("member name '" + value + "': allowed is " + ALLOWED);
    }
  }

  @Override
  public int compareTo(MemberId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
