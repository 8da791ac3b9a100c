package dev.shunt.ops.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/**
 * What a member says of itself.
 *
 * @param scheduler the member it takes for scheduler; empty if it knows of none
 * @param term the election term it is in
 * @param eligible its tables are complete, so it may be elected
 */
public record MemberStatus(
    String member, String role, long term, String scheduler, boolean eligible) {

  static MemberStatus of(JsonNode json) throws IOException {
    if (!json.path("member").isTextual() || !json.path("role").isTextual()) {
      throw new IOException("a status without member and role: " + json);
    }
    return new MemberStatus(
        json.path("member").asText(),
        json.path("role").asText(),
        json.path("term").asLong(),
        json.path("scheduler").asText(""),
        json.path("eligible").asBoolean());
  }

  public boolean isScheduler() {
    return role.equals("scheduler");
  }
}
