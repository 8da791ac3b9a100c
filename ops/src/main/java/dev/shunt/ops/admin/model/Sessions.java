package dev.shunt.ops.admin.model;

import java.util.List;

/**
 * Some of the array's sessions, in no order.
 *
 * @param total how many there are
 * @param matching how many of them match the filter
 * @param sessions at most as many as were asked for
 */
public record Sessions(long total, long matching, List<SessionEntry> sessions) {

  public Sessions {
    sessions = List.copyOf(sessions);
  }
}
