package dev.shunt.replication.hazelcast;

import static dev.shunt.replication.hazelcast.TestTables.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Binding;
import dev.shunt.replication.BindingLimits;
import dev.shunt.replication.hazelcast.BindingQueue.Change;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a batch of bindings does to a real shared map. */
class BindingWriterTest {

  private final Clock clock = new Clock(InstantSource.system());
  private final BindingQueue queue = new BindingQueue(16, clock);
  private TestTables tables;
  private IMap<byte[], byte[]> map;
  private BindingWriter writer;
  private HazelcastBindingTable table;

  @BeforeEach
  void start() throws Exception {
    tables = new TestTables(1);
    HazelcastReplication alone = tables.start(1);
    until(() -> !alone.members().isEmpty());
    map = hazelcast().getMap("bindings-of-this-test");
    writer = new BindingWriter(tables.config(1), queue, Ticker.system());
    table =
        HazelcastBindingTable.of(
            1,
            new BindingLimits(64, Duration.ofMinutes(30), true),
            queue,
            new LagWindow(Ticker.system()),
            clock);
  }

  @AfterEach
  void stop() {
    tables.close();
  }

  private HazelcastInstance hazelcast() {
    return Hazelcast.getAllHazelcastInstances().stream()
        .filter(one -> one.getConfig().getClusterName().contains(tables.arguments().getFirst()))
        .findFirst()
        .orElseThrow();
  }

  private static Binding binding(long key, int usedSeconds) {
    return new Binding(1, key, 100, 0, 0, usedSeconds);
  }

  private void share(Binding binding) {
    map.set(BindingCodec.key(1, binding), BindingCodec.value(binding, 0));
  }

  private boolean shared(long key) {
    return map.containsKey(BindingCodec.key(1, binding(key, 0)));
  }

  @Test
  void aBindingUsedLaterThanItsRemoverKnewStaysWhateverElseIsInTheBatch() {
    share(binding(1, 100));
    share(binding(2, 200));
    share(binding(3, 100));

    List<CompletableFuture<?>> answers = new ArrayList<>();
    writer.remove(
        map,
        List.of(
            new Change(table, binding(1, 90), true, 0),
            new Change(table, binding(2, 200), true, 0),
            new Change(table, binding(3, 100), true, 0)),
        answers);
    answers.forEach(CompletableFuture::join);

    assertThat(shared(1)).isTrue();
    assertThat(shared(2)).isFalse();
    assertThat(shared(3)).isFalse();
  }
}
