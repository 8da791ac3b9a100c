package dev.shunt.scheduler.balance;

import dev.shunt.replication.Flow;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.Pick;
import dev.shunt.scheduler.RowBuilder.Candidate;
import java.util.List;
import java.util.Optional;

/**
 * Distribution by calculation (claims H1, H17, H27): the remainder of a sum over the flow names the
 * target, and no table remembers anything.
 *
 * <p>N is the number of configured targets. A change of N moves nearly all flows; so a target that
 * is drained or fails does not change it. In its place its flows stay as long as it keeps any, and
 * those that open meanwhile go to the {@link Successor}s of its buckets. So that they are spread
 * over several, the row repeats the N places: its size is a multiple of N, which leaves the
 * remainder by N what it is.
 */
public final class Sum {

  /** Over how many buckets the new flows of one absent target are spread. */
  private static final int REPEATS = 64;

  private static final int WORD = 32;
  private static final long WORD_MASK = 0xffff_ffffL;

  private Sum() {}

  /**
   * The sum itself, without a remainder. An IPv6 address counts as the sum of its four 32-bit
   * words, of which the lower 32 bits.
   */
  public static long of(Pick pick, Flow flow) {
    long three =
        word(flow.sourceHigh(), flow.sourceLow(), flow.isIpv4())
            + word(flow.destinationHigh(), flow.destinationLow(), flow.isIpv4())
            + flow.destinationPort();
    return switch (pick) {
      case SUM3 -> three;
      case SUM5 -> three + flow.sourcePort() + flow.protocol().number();
      default -> throw new IllegalArgumentException(pick + " is no sum");
    };
  }

  private static long word(long high, long low, boolean ipv4) {
    long lower = low & WORD_MASK;
    return ipv4
        ? lower
        : ((high >>> WORD) + (high & WORD_MASK) + (low >>> WORD) + lower) & WORD_MASK;
  }

  /**
   * @param candidates in the order that gives them their remainders
   * @throws IllegalArgumentException if there are more than two rows of that size hold
   */
  static DispatchRow row(Pick pick, List<Candidate> candidates, int size) {
    List<Candidate> taking = candidates.stream().filter(Candidate::taking).toList();
    if (candidates.stream().noneMatch(one -> one.taking() || one.keeping())) {
      return DispatchRow.EMPTY;
    }
    int n = candidates.size();
    // Two rows have to fit where the others have one.
    int room = size / 2 / n;
    if (room == 0) {
      throw new IllegalArgumentException(
          "%d targets of a sum in a row of %d places".formatted(n, size));
    }
    int repeats = taking.size() == n ? 1 : Math.min(REPEATS, room);
    int[] labels = new int[n * repeats];
    int[] opening = new int[labels.length];
    Optional<Successor> successor =
        taking.isEmpty() ? Optional.empty() : Optional.of(new Successor(taking));
    for (int i = 0; i < labels.length; i++) {
      Candidate place = candidates.get(i % n);
      int at = i;
      int other = successor.map(s -> s.of(at)).orElse(place.label());
      labels[i] = place.taking() || place.keeping() ? place.label() : other;
      opening[i] = place.taking() ? place.label() : other;
    }
    return new DispatchRow(pick, labels, opening);
  }
}
