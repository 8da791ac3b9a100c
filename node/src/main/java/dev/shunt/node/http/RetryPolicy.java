package dev.shunt.node.http;

import dev.shunt.node.Retries;
import dev.shunt.node.choice.RetryBudget;

/** What one event loop sends again of a service's requests; one thread. */
final class RetryPolicy {

  private static final int LOWEST = 500;

  private final ServiceLoop service;
  private final boolean unanswered;
  private final boolean[] statuses = new boolean[100];
  private final RetryBudget budget;

  /**
   * @param loops among which the budget's floor is shared
   */
  RetryPolicy(ServiceLoop service, Retries config, int loops) {
    this.service = service;
    this.unanswered = config.unanswered();
    config.statuses().forEach(status -> statuses[status - LOWEST] = true);
    this.budget =
        new RetryBudget(
            config.budgetPercent(),
            ServerSlot.share(config.budgetFloor() * RetryBudget.SECONDS, loops),
            service.worker.now());
  }

  void request(long now) {
    budget.request(now);
  }

  /** Whether a request may be sent again now, which is counted either way. */
  boolean allows() {
    boolean allowed = budget.take(service.worker.now());
    service.counters.increment(allowed ? Count.RETRIES : Count.RETRIES_EXHAUSTED);
    return allowed;
  }

  /** Whether another server gets what one did not answer. */
  boolean unanswered() {
    return unanswered;
  }

  /** Whether another server's response is preferred to one with this status. */
  boolean covers(int status) {
    return status >= LOWEST && status < LOWEST + statuses.length && statuses[status - LOWEST];
  }
}
