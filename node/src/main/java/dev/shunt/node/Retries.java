package dev.shunt.node;

import java.util.List;

/**
 * Which requests are sent again when a server fails them, and how many. One whose connection was
 * not accepted always may be. Others only if no part of a body is gone, nothing of a response has
 * come, and the request is idempotent or cannot have been carried out without its body.
 *
 * <p>How many servers are tried for one request, is said by {@link Limits#attempts}.
 *
 * @param unanswered whether another server gets what one has closed a new connection over
 * @param statuses of responses that another server's is preferred to, 500 to 599; idempotent
 *     requests only
 * @param budgetPercent of the requests of the last ten seconds that may be sent again
 * @param budgetFloor so many more in each second
 */
public record Retries(
    boolean unanswered, List<Integer> statuses, int budgetPercent, int budgetFloor) {

  public static final int MAX_STATUSES = 100;
  public static final int MAX_FLOOR = 100_000;
  public static final Retries DEFAULT = new Retries(true, List.of(), 20, 10);

  public Retries {
    statuses = List.copyOf(statuses);
    Ranges.check("retries, statuses", statuses.size(), 0, MAX_STATUSES);
    statuses.forEach(status -> Ranges.check("retries, status", status, 500, 599));
    Ranges.check("retries, budget percent", budgetPercent, 0, 100);
    Ranges.check("retries, budget floor", budgetFloor, 0, MAX_FLOOR);
  }
}
