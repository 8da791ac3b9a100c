package dev.shunt.ops.config;

import java.util.Collection;
import java.util.Comparator;

/** Guesses what was meant by a word that is not known. */
public final class Suggestion {

  private static final int MAX_LENGTH = 40;

  private Suggestion() {}

  /** {@code did you mean 'port'?}, or nothing when no known word is near. */
  public static String didYouMean(String word, Collection<String> known) {
    if (word.length() > MAX_LENGTH) {
      return "";
    }
    return known.stream()
        .min(Comparator.comparingInt(k -> distance(word, k)))
        .filter(k -> distance(word, k) <= Math.max(1, Math.min(word.length(), k.length()) / 3))
        .map(k -> "did you mean '" + k + "'?")
        .orElse("");
  }

  /** Damerau–Levenshtein distance, adjacent transpositions only ("optimal string alignment"). */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(d[i - 1][j - 1] + change, Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
