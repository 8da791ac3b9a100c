package dev.shunt.ops.admin.model;

import java.util.List;

/**
 * Some rows of a member's label switching table, in order of their labels.
 *
 * @param member whose
 * @param total how many there are
 * @param matching how many of them match the filter
 * @param labels at most as many as were asked for
 */
public record Labels(String member, long total, long matching, List<LabelRow> labels) {

  public Labels {
    labels = List.copyOf(labels);
  }
}
