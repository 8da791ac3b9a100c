package dev.shunt.ops.admin.model;

import java.util.List;

/**
 * Who is present, as the answering member sees it.
 *
 * @param number of the view, growing with every change
 * @param present names of the members that are reached, witnesses included
 * @param configured how many members the array has, witnesses included
 * @param majority whether those present are more than half
 */
public record ViewStatus(long number, List<String> present, int configured, boolean majority) {

  public ViewStatus {
    present = List.copyOf(present);
  }
}
