package dev.shunt.node.stage;

import dev.shunt.node.Exchange;
import dev.shunt.node.Stage;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** Writes a line for every request that ends; see {@link AccessLog}. */
final class AccessLogStage implements Stage {

  private final LogLine format;
  private final LogWriter writer;
  private final LineRing ring;
  private final InstantSource clock;
  private final ByteLine line = new ByteLine();

  AccessLogStage(LogLine format, LogWriter writer, InstantSource clock) {
    this.format = format;
    this.writer = writer;
    this.ring = writer.ring();
    this.clock = clock;
  }

  @Override
  public void onEnd(Exchange exchange) {
    line.clear();
    long elapsed = TimeUnit.NANOSECONDS.toMillis(exchange.elapsedNanos());
    format.write(exchange, clock.millis() - elapsed, line);
    if (ring.offer(line.bytes(), line.length())) {
      writer.hurry();
    }
  }

  @Override
  public void onRefused(Exchange exchange) {
    onEnd(exchange);
  }
}
