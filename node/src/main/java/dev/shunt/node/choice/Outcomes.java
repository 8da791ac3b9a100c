package dev.shunt.node.choice;

import dev.shunt.node.Ejection;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntConsumer;

/**
 * How many requests servers failed in a row, all event loops together. A success of a server that
 * has not failed writes nothing.
 */
public final class Outcomes {

  private static final int LOWEST = 500;

  private final boolean[] statuses = new boolean[100];
  private final int tooMany;
  private final AtomicIntegerArray inARow;
  private volatile IntConsumer listener = server -> {};

  public Outcomes(Ejection config, int servers) {
    config.statuses().forEach(status -> statuses[status - LOWEST] = true);
    tooMany = config.failures();
    inARow = new AtomicIntegerArray(servers);
  }

  /**
   * Who is told when a server failed too many in a row, and again after as many more; on the event
   * loop of the last failure.
   */
  public void onTooMany(IntConsumer told) {
    listener = told;
  }

  /** Whether a response is a failure. */
  public boolean isFailure(int status) {
    return status >= LOWEST && status < LOWEST + statuses.length && statuses[status - LOWEST];
  }

  public void succeeded(int server) {
    if (inARow.getOpaque(server) != 0) {
      inARow.setOpaque(server, 0);
    }
  }

  public void failed(int server) {
    int failures = inARow.incrementAndGet(server);
    if (tooMany > 0 && failures % tooMany == 0) {
      listener.accept(server);
    }
  }
}
