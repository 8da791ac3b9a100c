package dev.shunt.scheduler.label;

import dev.shunt.replication.LabelBlock;
import java.time.Duration;

/**
 * How many free label pairs are kept where.
 *
 * @param queueLow the kernel's queue is refilled when it has fewer
 * @param queueFill up to how many it is refilled
 * @param spareLow another block is asked for when fewer are free here, beside the kernel's
 * @param spareHigh whole blocks are released while more are free here
 * @param quarantine for how long a withdrawn pair rests: longer than a packet with its label may
 *     still be on its way, than the far end may still use it, and than it takes a member to find
 *     out that it missed the end of a session
 */
public record LabelPoolConfig(
    int queueLow, int queueFill, int spareLow, int spareHigh, Duration quarantine) {

  /** Members compare their sessions every 30 s, and take what is left over for 10 s for such. */
  public static final LabelPoolConfig DEFAULT =
      new LabelPoolConfig(2_048, 4_096, 2_048, 8_192, Duration.ofSeconds(60));

  public LabelPoolConfig {
    if (queueLow < 1 || queueFill < queueLow) {
      throw new IllegalArgumentException(
          "label queue: found low %d, fill %d, allowed 1 ≤ low ≤ fill"
              .formatted(queueLow, queueFill));
    }
    // Else a block would be asked for again as soon as it is released.
    if (spareLow < 1 || spareHigh < spareLow + LabelBlock.PAIRS) {
      throw new IllegalArgumentException(
          "spare labels: found low %d, high %d, allowed 1 ≤ low ≤ high - %d"
              .formatted(spareLow, spareHigh, LabelBlock.PAIRS));
    }
    if (quarantine.isNegative()) {
      throw new IllegalArgumentException("label quarantine: found " + quarantine + ", allowed ≥ 0");
    }
  }
}
