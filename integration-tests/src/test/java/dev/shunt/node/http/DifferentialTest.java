package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.http.Differential.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Whatever the node reads of made up streams of messages, Netty's decoder reads too. {@code
 * -Dshunt.differential.seed=…} begins with another stream, {@code -Dshunt.differential.streams=…}
 * takes more of them.
 */
class DifferentialTest {

  private static final long SEED = Long.getLong("shunt.differential.seed", 1);
  private static final int STREAMS = Integer.getInteger("shunt.differential.streams", 5000);

  /** So few streams need not have everything in them. */
  private static final int FEW = 1000;

  @Test
  void whatTheNodeReadsOfRequestsNettyReadsToo(TestReporter reporter) {
    run(MessageMaker::requests, Differential::ofRequests, reporter);
  }

  @Test
  void whatTheNodeReadsOfResponsesNettyReadsToo(TestReporter reporter) {
    run(MessageMaker::responses, Differential::ofResponses, reporter);
  }

  private static void run(
      Function<MessageMaker, byte[]> make,
      Function<byte[], Outcome> compare,
      TestReporter reporter) {
    Map<Stricter, Integer> reasons = new EnumMap<>(Stricter.class);
    long messages = 0;
    for (long seed = SEED; seed < SEED + STREAMS; seed++) {
      try {
        Outcome outcome = compare.apply(make.apply(new MessageMaker(seed)));
        messages += outcome.messages();
        outcome.stricter().ifPresent(each -> reasons.merge(each, 1, Integer::sum));
      } catch (AssertionError e) {
        throw new AssertionError(
            "again: -Dshunt.differential.seed=%d -Dshunt.differential.streams=1".formatted(seed),
            e);
      }
    }
    reporter.publishEntry(
        "%d messages read alike; only the node refuses %s".formatted(messages, reasons));
    if (STREAMS > FEW) {
      assertThat(messages).as("messages that both read").isGreaterThan(STREAMS / 6);
      assertThat(reasons).as("reasons of refusals").hasSizeGreaterThan(7);
    }
  }
}
