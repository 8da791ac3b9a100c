package dev.shunt.node;

/**
 * What of a request decides which server it gets, with {@link Balancing#HASH}. A request without it
 * gets a server in turn.
 *
 * @param name of the header or cookie, else empty
 * @param query whether the query is part of the URL
 * @param loadPercent of its share of the requests under way on an event loop that a server takes at
 *     most; what is more goes to the key's next server
 */
public record HashKey(By by, String name, boolean query, int loadPercent) {

  /** Where it stands. */
  public enum By {
    /** The client's address, as the PROXY protocol tells it where that is spoken. */
    SOURCE,
    /** The path in its normal form, see {@link NormalPath}. */
    URL,
    HEADER,
    COOKIE
  }

  public static final int MAX_NAME = 256;
  public static final int MIN_LOAD = 101;
  public static final int MAX_LOAD = 10_000;
  public static final int USUAL_LOAD = 125;
  public static final HashKey SOURCE = new HashKey(By.SOURCE, "", false, USUAL_LOAD);

  public HashKey {
    Ranges.check("hash, load percent", loadPercent, MIN_LOAD, MAX_LOAD);
    boolean named = by == By.HEADER || by == By.COOKIE;
    if (named != !name.isEmpty()) {
      throw new IllegalArgumentException(
          "hash: found name '%s' with %s, allowed is one with header and cookie"
              .formatted(name, by));
    }
    if (named && (!Headers.isToken(name) || name.length() > MAX_NAME)) {
      throw new IllegalArgumentException(
          "hash, name: found '%s', allowed is a token".formatted(name));
    }
  }
}
