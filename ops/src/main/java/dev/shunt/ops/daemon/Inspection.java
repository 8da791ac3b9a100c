package dev.shunt.ops.daemon;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.admin.ControlException;
import dev.shunt.ops.admin.ControlException.Reason;
import dev.shunt.ops.admin.LineStream;
import dev.shunt.ops.admin.model.SessionEntry;
import dev.shunt.ops.admin.model.WhereGoes;
import dev.shunt.replication.SessionLabel;
import dev.shunt.scheduler.DataPlane;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Explanation;
import dev.shunt.scheduler.KernelSession;
import dev.shunt.scheduler.LabelEntry;
import dev.shunt.scheduler.Pick;
import dev.shunt.scheduler.Probe;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.TraceFilter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What the admin API says about packets: where one would go, and where they go. Thread-safe. */
final class Inspection {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final String member;
  private final SessionReport names;
  private final IntFunction<Optional<SessionEntry>> labelled;
  private final Optional<LayerFour> layerFour;
  private final Ticker ticker;
  private final LongSupplier wallClockMillis;

  /**
   * @param labelled the session that a session's label belongs to
   */
  Inspection(
      String member,
      SessionReport names,
      IntFunction<Optional<SessionEntry>> labelled,
      Optional<LayerFour> layerFour,
      Ticker ticker,
      LongSupplier wallClockMillis) {
    this.member = member;
    this.names = names;
    this.labelled = labelled;
    this.layerFour = layerFour;
    this.ticker = ticker;
    this.wallClockMillis = wallClockMillis;
  }

  WhereGoes whereGoes(Probe probe) throws ControlException {
    LayerFour asked = layerFour();
    try {
      // Not while the data plane is held: the first question takes as long as loading a program.
      Explanation said = asked.ask(DataPlane::inspector).explain(probe);
      return report(probe, said, asked);
    } catch (DataPlaneException | IllegalStateException e) {
      throw new ControlException(Reason.UNAVAILABLE, String.valueOf(e.getMessage()));
    }
  }

  LineStream trace(TraceFilter filter, Duration limit, int count) throws ControlException {
    try {
      return TraceFeed.begin(
          layerFour(), names, filter, new TraceFeed.Bounds(limit, count), ticker, wallClockMillis);
    } catch (DataPlaneException e) {
      throw new ControlException(Reason.UNAVAILABLE, String.valueOf(e.getMessage()));
    } catch (IllegalStateException e) {
      throw new ControlException(Reason.CONFLICT, String.valueOf(e.getMessage()));
    }
  }

  private LayerFour layerFour() throws ControlException {
    return layerFour.orElseThrow(
        () -> new ControlException(Reason.CONFLICT, "this member has no virtual IP"));
  }

  private WhereGoes report(Probe probe, Explanation said, LayerFour asked) {
    Optional<Service> service = said.service();
    OptionalInt label = said.leaves().label();
    return new WhereGoes(
        member,
        probe.toString(),
        said.outcome(),
        word(said.verdict()),
        said.reason(),
        service.map(Service::name).orElse(null),
        service.map(s -> word(s.balance().algorithm())).orElse(null),
        choice(said),
        said.session().map(this::session).orElse(null),
        said.entry().map(this::entry).orElse(null),
        said.place().map(p -> new WhereGoes.Place(p.index(), p.size())).orElse(null),
        goal(said, asked),
        new WhereGoes.Leaves(
            label.isPresent() ? label.getAsInt() : null,
            said.leaves().to().toString(),
            said.frame().length() / 2,
            said.frame()),
        said.asides().stream().sorted().toList(),
        said.next());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Where the target was chosen for this packet alone, and not by what it is. */
  private static @Nullable String choice(Explanation said) {
    boolean chosen = said.outcome().endsWith("_new") || said.outcome().endsWith("_moved");
    Pick pick = said.service().map(s -> s.balance().algorithm().pick()).orElse(Pick.ROW);
    if (!chosen) {
      return null;
    }
    return switch (pick) {
      case ROUND_ROBIN -> "only the next in turn: a session that opens before gets this target";
      case LEAST_CONNECTIONS ->
          "random: the less loaded of two targets that were drawn, the next draw may differ";
      case ROW -> "by the flow: the same as long as the targets stay";
      case SOURCE -> "by the source address: the same as long as the targets stay";
      case SUM3, SUM5 -> "by calculation: the same as long as the targets stay";
    };
  }

  private WhereGoes.Entry entry(LabelEntry entry) {
    Optional<SessionEntry> session =
        entry.label() < SessionLabel.FIRST ? Optional.empty() : labelled.apply(entry.label());
    return new WhereGoes.Entry(
        entry.label(),
        word(entry.action()),
        names.target(entry.target()),
        entry.port().toString(),
        session.map(SessionEntry::service).orElse(null),
        session.map(s -> s.client() + " -> " + s.destination()).orElse(null));
  }

  private WhereGoes.Session session(KernelSession session) {
    return new WhereGoes.Session(
        names.target(session.target()),
        word(session.state()),
        session.label().isPresent() ? session.label().forth() : null,
        session.packets(),
        session.idleNanos() / NANOS_PER_MILLI);
  }

  /**
   * Where it goes; a label that ends here is counted for nobody, but names a target all the same.
   */
  private WhereGoes.@Nullable Goal goal(Explanation said, LayerFour asked) {
    OptionalInt named =
        said.target().isEmpty() && said.verdict() == Explanation.Verdict.UP
            ? said.entry().stream().mapToInt(LabelEntry::target).findFirst()
            : said.target();
    if (named.isEmpty()) {
      return null;
    }
    int label = named.getAsInt();
    return asked
        .table()
        .target(label)
        .map(t ->
            new WhereGoes.Goal(t.name(), label, word(t.state()), t.mac().toString(), t.local()))
        .orElse(null);
  }
}
