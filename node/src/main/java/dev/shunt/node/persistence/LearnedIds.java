package dev.shunt.node.persistence;

import dev.shunt.node.Headers;
import dev.shunt.node.StageContext;
import dev.shunt.node.StageFactory;
import dev.shunt.node.StageProvider;
import dev.shunt.replication.BindingLimits;
import dev.shunt.replication.BindingTable;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * Learned session ids (claim A5): an application's own session leads to the server that has it,
 * through whichever member.
 *
 * <p>Settings: {@code find}, where requests have the id, in this order (default {@value
 * #DEFAULT_FIND}); {@code learn}, where responses have it (default {@value #DEFAULT_LEARN}); {@code
 * entries} (default {@value #DEFAULT_ENTRIES}); {@code idle} (default 30 minutes); {@code route},
 * whether what stands behind an id's last dot names the server; {@code learn_requests}, whether an
 * id that a client brings and nobody knows is bound too; {@code table}, by which services of one
 * application know each other's sessions (default the service's name), servers by their names.
 *
 * <p>The table has a keyed hash of each id, 128 bits, and never the id. All members have all of it.
 */
public final class LearnedIds implements StageProvider {

  public static final String NAME = "session-id";
  static final String DEFAULT_FIND = "cookie:JSESSIONID path:jsessionid";
  static final String DEFAULT_LEARN = "cookie:JSESSIONID";
  static final int DEFAULT_ENTRIES = 65_536;
  private static final Duration DEFAULT_IDLE = Duration.ofMinutes(30);
  private static final String FIND = "find";
  private static final String LEARN = "learn";
  private static final String ENTRIES = "entries";
  private static final String IDLE = "idle";
  private static final String TABLE = "table";
  private static final String ROUTE = "route";
  private static final String LEARN_REQUESTS = "learn_requests";
  private static final Set<ValueSource.Kind> IN_REQUESTS =
      EnumSet.of(
          ValueSource.Kind.COOKIE,
          ValueSource.Kind.PATH,
          ValueSource.Kind.QUERY,
          ValueSource.Kind.HEADER);
  private static final Set<ValueSource.Kind> IN_RESPONSES =
      EnumSet.of(ValueSource.Kind.COOKIE, ValueSource.Kind.HEADER);

  /** What is counted, by all event loops. */
  record Counts(
      LongAdder learned, LongAdder hits, LongAdder misses, LongAdder routed, LongAdder moved) {

    Counts() {
      this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
    }
  }

  /** What all event loops share. */
  record Shared(
      List<ValueSource> find,
      List<ValueSource> learn,
      BindingTable table,
      ServerNumbers servers,
      boolean route,
      boolean learnRequests,
      Counts counts) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public StageFactory configure(StageContext context) {
    context.allow(Set.of(FIND, LEARN, ENTRIES, IDLE, TABLE, ROUTE, LEARN_REQUESTS));
    BindingLimits limits =
        new BindingLimits(
            context.integer(
                ENTRIES, DEFAULT_ENTRIES, BindingLimits.MIN_ENTRIES, BindingLimits.MAX_ENTRIES),
            context.duration(IDLE, DEFAULT_IDLE, BindingLimits.MIN_IDLE, BindingLimits.MAX_IDLE),
            true);
    List<ValueSource> find =
        ValueSource.parse(FIND, context.setting(FIND, DEFAULT_FIND), IN_REQUESTS);
    List<ValueSource> learn =
        ValueSource.parse(LEARN, context.setting(LEARN, DEFAULT_LEARN), IN_RESPONSES);
    boolean route = context.flag(ROUTE, false);
    boolean learnRequests = context.flag(LEARN_REQUESTS, false);
    String name = context.setting(TABLE, context.service());
    if (!Headers.isToken(name)) {
      throw new IllegalArgumentException(
          TABLE + ": found '" + name + "', allowed is a name without spaces");
    }
    BindingTable table = context.bindings().open(name + "/" + NAME, limits);
    Shared shared =
        new Shared(
            find,
            learn,
            table,
            new ServerNumbers(context.servers()),
            route,
            learnRequests,
            new Counts());
    tell(context, shared);
    byte[] secret = context.key().get();
    // Names have no NUL, so no two tables have the same key.
    String purpose = "shunt session id 1\0" + name;
    return () -> new LearnedIdStage(shared, KeyedHash.of(secret, purpose));
  }

  private static void tell(StageContext context, Shared shared) {
    Counts counts = shared.counts();
    context.meters().counter("session_id_learned", counts.learned()::sum);
    context.meters().counter("session_id_hit", counts.hits()::sum);
    context.meters().counter("session_id_miss", counts.misses()::sum);
    context.meters().counter("session_id_routed", counts.routed()::sum);
    context.meters().counter("session_id_moved", counts.moved()::sum);
    TableMeters.tell("session_id", shared.table(), context.meters());
  }
}
