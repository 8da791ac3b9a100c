package dev.shunt.node.persistence;

import dev.shunt.node.Meters;
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
 * Hash groups (claims A11, A12): clients are hashed to a fixed number of groups, and a table says
 * which server has which group. Its size does not grow with clients.
 *
 * <p>Settings: {@code key}, what is hashed, the first of these that a request has (default {@value
 * #DEFAULT_KEY}); {@code groups}, a power of two (default {@value #DEFAULT_GROUPS}); {@code idle},
 * after what time without a request a group may move to where it would be if it were new (default
 * 10 minutes).
 *
 * <p>A group is given its server when it is used first, by rendezvous hashing, so that members who
 * do so at once mostly agree anyway; where they do not, the first one's word counts everywhere. A
 * dead server's groups move, a drained one's do so when they are idle.
 */
public final class HashGroups implements StageProvider {

  public static final String NAME = "hash-groups";
  static final String DEFAULT_KEY = "address";
  static final int DEFAULT_GROUPS = 1024;
  private static final int MIN_GROUPS = 16;
  private static final int MAX_GROUPS = 65_536;
  private static final Duration DEFAULT_IDLE = Duration.ofMinutes(10);
  private static final String KEY = "key";
  private static final String GROUPS = "groups";
  private static final String IDLE = "idle";

  /** What is counted, by all event loops. */
  record Counts(LongAdder hits, LongAdder assigned, LongAdder moved) {

    Counts() {
      this(new LongAdder(), new LongAdder(), new LongAdder());
    }
  }

  /** What all event loops share. */
  record Shared(
      List<ValueSource> key,
      int groups,
      RulePools pools,
      BindingTable table,
      ServerNumbers servers,
      Counts counts) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public StageFactory configure(StageContext context) {
    context.allow(Set.of(KEY, GROUPS, IDLE));
    List<ValueSource> key =
        ValueSource.parse(
            KEY, context.setting(KEY, DEFAULT_KEY), EnumSet.allOf(ValueSource.Kind.class));
    int groups = context.integer(GROUPS, DEFAULT_GROUPS, MIN_GROUPS, MAX_GROUPS);
    if (Integer.bitCount(groups) != 1) {
      throw new IllegalArgumentException(
          GROUPS + ": found '" + groups + "', allowed is a power of two");
    }
    RulePools pools = new RulePools(context);
    int entries = groups * pools.count();
    if (entries > BindingLimits.MAX_ENTRIES) {
      throw new IllegalArgumentException(
          "%s: found %d for each of %d sets of servers, allowed are %d in all"
              .formatted(GROUPS, groups, pools.count(), BindingLimits.MAX_ENTRIES));
    }
    Duration idle =
        context.duration(IDLE, DEFAULT_IDLE, BindingLimits.MIN_IDLE, BindingLimits.MAX_IDLE);
    BindingTable table =
        context
            .bindings()
            .open(context.service() + "/" + NAME, new BindingLimits(entries, idle, false));
    Shared shared =
        new Shared(key, groups, pools, table, new ServerNumbers(context.servers()), new Counts());
    tell(context, shared);
    byte[] secret = context.key().get();
    String purpose = "shunt hash group 1\0" + context.service();
    return () -> new HashGroupStage(shared, KeyedHash.of(secret, purpose));
  }

  private static void tell(StageContext context, Shared shared) {
    Meters meters = context.meters();
    meters.counter("hash_group_hit", shared.counts().hits()::sum);
    meters.counter("hash_group_assigned", shared.counts().assigned()::sum);
    meters.counter("hash_group_moved", shared.counts().moved()::sum);
    TableMeters.tell("hash_group", shared.table(), meters);
    for (int i = 0; i < shared.servers().size(); i++) {
      long number = shared.servers().of(i);
      meters.gauge(
          "hash_group_of_" + context.servers().get(i).name(), () -> owned(shared.table(), number));
    }
  }

  private static long owned(BindingTable table, long number) {
    LongAdder count = new LongAdder();
    table.forEach(binding -> count.add(binding.owner() == number ? 1 : 0));
    return count.sum();
  }
}
