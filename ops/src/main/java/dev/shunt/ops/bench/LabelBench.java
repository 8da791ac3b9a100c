package dev.shunt.ops.bench;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.bench.LabelCases.Case;
import dev.shunt.ops.bench.LabelCases.Decades;
import dev.shunt.ops.bench.LabelCases.Phase;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.xdp.BenchFlows;
import dev.shunt.scheduler.xdp.BenchKernel;
import dev.shunt.scheduler.xdp.BenchProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * {@code bench label}: nanoseconds a packet takes in the kernel program, against a bare MAC swap.
 *
 * <p>Every sample is taken right after one of the swap, rounds go over all cases in turn, and the
 * first round of each phase is thrown away.
 */
public final class LabelBench {

  public static final String NAME = "label";

  /** The names of all rows. */
  public static final List<String> ROWS =
      LabelCases.PHASES.stream().flatMap(phase -> phase.cases().stream()).map(Case::name).toList();

  private static final String REFERENCE = "mac-swap";

  /** Fewer rounds are no median, however little time there is. */
  private static final int LEAST_ROUNDS = 5;

  private static final int MOST_ROUNDS = 101;

  private final Ticker ticker;
  private final Consumer<String> progress;
  private final BenchProbe swap = BenchProbe.swap();

  /**
   * @param ticker what the run's length is held against
   * @param progress hears what goes on, a line at a time
   */
  public LabelBench(Ticker ticker, Consumer<String> progress) {
    this.ticker = ticker;
    this.progress = progress;
  }

  /**
   * Takes about so long, longer where the least number of rounds does.
   *
   * @param only names of rows; none: all
   * @throws BenchException if the kernel refuses, or packets went another way than was to be timed
   */
  public BenchReport run(int seconds, Set<String> only) throws BenchException {
    Machine.Time start = Machine.time();
    long end = ticker.nanos() + Duration.ofSeconds(seconds).toNanos();
    List<Phase> phases = LabelCases.named(only);
    int left = phases.stream().mapToInt(phase -> phase.cases().size()).sum();
    List<BenchRow> rows = new ArrayList<>();
    for (Phase phase : phases) {
      rows.addAll(timed(phase, end, left));
      left -= phase.cases().size();
    }
    double others = Math.round(Machine.time().othersSince(start) * 100) / 100.0;
    return new BenchReport(NAME, Machine.describe(), others, seconds, rows, growth(rows));
  }

  /**
   * @param end when the last phase ends
   * @param left cases of this and all later phases, which share the time that is left
   */
  private List<BenchRow> timed(Phase phase, long end, int left) throws BenchException {
    BenchKernel.Size size = phase.size();
    progress.accept(
        "%d services, %d targets, %d sessions: %d rows"
            .formatted(size.services(), size.targets(), size.sessions(), phase.cases().size()));
    List<Series> series = phase.cases().stream().map(_ -> new Series()).toList();
    try (BenchKernel kernel = BenchKernel.open(size, ticker)) {
      if (phase.size().equals(LabelCases.PHASES.getFirst().size())) {
        kernel.fill(BenchFlows.TCP6, size.sessions());
      }
      long now = ticker.nanos();
      long until = now + Math.max(0, end - now) * phase.cases().size() / left;
      for (int round = 0; round <= MOST_ROUNDS; round++) {
        if (round > LEAST_ROUNDS && ticker.nanos() - until > 0) {
          break;
        }
        for (int i = 0; i < series.size(); i++) {
          double reference = swap.sample(kernel);
          double value = phase.cases().get(i).probe().sample(kernel);
          if (round > 0) {
            series.get(i).add(value, reference);
          }
        }
      }
    } catch (DataPlaneException e) {
      throw new BenchException(String.valueOf(e.getMessage()), e);
    }
    List<BenchRow> rows = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      Case timed = phase.cases().get(i);
      rows.add(series.get(i).row(timed.name(), timed.what(), REFERENCE, timed.limit()));
    }
    return rows;
  }

  static List<BenchReport.Growth> growth(List<BenchRow> rows) {
    Map<String, BenchRow> byName =
        rows.stream().collect(Collectors.toMap(BenchRow::name, Function.identity()));
    List<BenchReport.Growth> growth = new ArrayList<>();
    for (Decades decades : LabelCases.GROWTH) {
      if (!byName.keySet().containsAll(decades.cases())) {
        continue;
      }
      double least = ratio(byName, decades.cases().getFirst());
      double most = ratio(byName, decades.cases().getLast());
      int factors = decades.cases().size() - 1;
      double exponent = Math.log10(most / least) / factors;
      growth.add(
          new BenchReport.Growth(
              decades.what(), decades.cases(), Math.round(exponent * 100) / 100.0));
    }
    return growth;
  }

  private static double ratio(Map<String, BenchRow> byName, String name) {
    return Objects.requireNonNull(byName.get(name), name).ratio();
  }
}
