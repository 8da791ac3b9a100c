package dev.shunt.ops.admin.model;

import java.util.List;

/**
 * The members of the array, present or not, in the order of the configuration.
 *
 * @param member the one that answers
 */
public record Members(String member, List<MemberStatus> members) {

  public Members {
    members = List.copyOf(members);
  }
}
