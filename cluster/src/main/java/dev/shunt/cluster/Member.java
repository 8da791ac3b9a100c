package dev.shunt.cluster;

import java.util.Map;
import java.util.Optional;

/**
 * One member as the others see it now.
 *
 * @param id its name
 * @param address where it is reached on the data interface
 * @param eligible whether it may become scheduler: its tables are complete and it is not stepping
 *     down
 * @param attributes what it publishes about itself to all others, such as its MAC address; at most
 *     {@link #MAX_ATTRIBUTES} entries, keys and values of at most {@link #MAX_ATTRIBUTE_LENGTH}
 *     characters
 */
public record Member(
    MemberId id, MemberAddress address, boolean eligible, Map<String, String> attributes) {

  /** Bound on the number of attributes; a member that publishes more is refused. */
  public static final int MAX_ATTRIBUTES = 32;

  /** Bound on the length of an attribute's key and of its value, in characters. */
  public static final int MAX_ATTRIBUTE_LENGTH = 128;

  public Member {
    if (attributes.size() > MAX_ATTRIBUTES) {
      throw new IllegalArgumentException(
          "member " + id + " has " + attributes.size() + " attributes, allowed " + MAX_ATTRIBUTES);
    }
    attributes.forEach((key, value) -> checkLength(id, key, value));
    attributes = Map.copyOf(attributes);
  }

  /** Whether it only votes, as configured. */
  public boolean isWitness() {
    return address.witness();
  }

  public Optional<String> attribute(String key) {
    return Optional.ofNullable(attributes.get(key));
  }

  private static void checkLength(MemberId id, String key, String value) {
    if (key.length() > MAX_ATTRIBUTE_LENGTH || value.length() > MAX_ATTRIBUTE_LENGTH) {
      throw new IllegalArgumentException(
          "attribute '%s' of member %s has %d characters, allowed %d"
              .formatted(key, id, value.length(), MAX_ATTRIBUTE_LENGTH));
    }
  }
}
