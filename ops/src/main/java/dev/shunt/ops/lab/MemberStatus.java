package dev.shunt.ops.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;

/**
 * What a member says of itself.
 *
 * @param role {@code scheduler}, {@code node} or {@code witness}
 * @param term the election term it is in, such as {@code 7.2}
 * @param scheduler the member it takes for scheduler; empty if it knows of none
 * @param present how many members it reaches, itself included
 * @param eligible its tables are complete, so it may be elected
 */
public record MemberStatus(
    String member, String role, String term, String scheduler, int present, boolean eligible) {

  static MemberStatus of(JsonNode json) throws IOException {
    JsonNode role = json.path("role");
    if (!json.path("member").isTextual() || !role.path("role").isTextual()) {
      throw new IOException("a status without member and role: " + json);
    }
    return new MemberStatus(
        json.path("member").asText(),
        role.path("role").asText(),
        role.path("term").asText(),
        role.path("scheduler").asText(""),
        json.path("view").path("present").size(),
        role.path("eligible").asBoolean());
  }

  public boolean isScheduler() {
    return role.equals("scheduler");
  }

  /** Compares two terms by their numbers, first to last. */
  public static int compareTerms(String one, String other) {
    return Arrays.compare(numbers(one), numbers(other));
  }

  private static long[] numbers(String term) {
    return Arrays.stream(term.split("\\.")).mapToLong(MemberStatus::number).toArray();
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
