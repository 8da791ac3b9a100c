package dev.shunt.ops.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Rows under headings, each column as wide as its widest cell; numbers stand on the right. */
final class Table {

  private static final Pattern COLOR = Pattern.compile("\u001b\\[[0-9;]*m");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+(\\.[0-9]+)?( ?[a-zµ]+|%)?");
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  Table(String... headings) {
    rows.add(List.of(headings));
  }

  Table row(Object... cells) {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(cell.toString());
    }
    rows.add(row);
    return this;
  }

  /** Lines, each ended by a line feed. */
  @Override
  public String toString() {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    boolean[] numeric = new boolean[columns];
    for (int c = 0; c < columns; c++) {
      numeric[c] = rows.size() > 1;
      for (int r = 0; r < rows.size(); r++) {
        String cell = rows.get(r).get(c);
        widths[c] = Math.max(widths[c], width(cell));
        numeric[c] &= r == 0 || NUMBER.matcher(cell).matches();
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String padding = " ".repeat(widths[c] - width(row.get(c)));
        line.append(c == 0 ? "" : GAP)
            .append(numeric[c] ? padding + row.get(c) : row.get(c) + padding);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static int width(String cell) {
    String shown = COLOR.matcher(cell).replaceAll("");
    return shown.codePointCount(0, shown.length());
  }
}
