package dev.shunt.node.http;

import dev.shunt.node.HeldRequest;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** A request that waits in a stage, for so long at most. */
final class Hold implements HeldRequest {

  private final HttpExchange exchange;
  private final Worker worker;
  private final Future<?> timer;
  private boolean over;

  Hold(HttpExchange exchange, Worker worker, Duration most) {
    this.exchange = exchange;
    this.worker = worker;
    this.timer = worker.eventLoop().schedule(this::goOn, most.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void resume() {
    try {
      worker.eventLoop().execute(this::goOn);
    } catch (RejectedExecutionException e) {
      // The loop has ended, and the request with it.
    }
  }

  private void goOn() {
    if (!over) {
      end();
      exchange.goOn();
      worker.flushPending();
    }
  }

  /** The request does not wait any more. On its loop. */
  void end() {
    over = true;
    boolean _ = timer.cancel(false);
  }
}
