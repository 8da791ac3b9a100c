package dev.shunt.node.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.shunt.node.RequestHead;
import dev.shunt.node.persistence.ValueSource.Kind;
import dev.shunt.replication.BindingLimits;
import dev.shunt.replication.BindingTable;
import dev.shunt.replication.local.LocalBindings;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AllocationTest {

  private static final int LOOKS = 10_000;
  private static final byte[] KEY = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  @Test
  void findingAnIdAndItsServerAllocatesNothing() {
    BindingTable table =
        new LocalBindings(() -> Instant.EPOCH)
            .open("t", new BindingLimits(1024, Duration.ofMinutes(30), true));
    KeyedHash hash = KeyedHash.of(KEY, "test");
    hash.begin().add("abc%").end();
    table.offer(hash.high(), hash.low(), 7);
    RequestHead head = new TextHead("/x/y;a=1;sid=abc%25/z?sid=1");
    ValueSource source = new ValueSource(Kind.PATH, "sid");
    int[] found = new int[1];
    Values values =
        (request, from, to, encoded) -> {
          EncodedBytes.add(hash.begin(), request, from, to, encoded).end();
          found[0] += table.find(hash.high(), hash.low()).owner() == 7 ? 1 : 0;
          return true;
        };
    look(source, head, values);

    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    look(source, head, values);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(found[0]).isEqualTo(2 * LOOKS);
    assertThat(allocated).isLessThan(LOOKS);
  }

  private static void look(ValueSource source, RequestHead head, Values values) {
    for (int i = 0; i < LOOKS; i++) {
      if (!source.find(head, values)) {
        throw new AssertionError("not found");
      }
    }
  }
}
