package dev.shunt.replication.hazelcast;

import static dev.shunt.integrationtests.fuzz.Oracle.require;
import static dev.shunt.integrationtests.fuzz.Oracle.same;

import dev.shunt.integrationtests.fuzz.Oracle;
import dev.shunt.replication.Flow;
import java.util.Arrays;

/**
 * Records of the shared tables, as another member may have written them: read or refused without an
 * exception, and what is read is what its own record says again.
 */
public final class RecordFuzz {

  private RecordFuzz() {}

  /** The first byte says how many of the following ones are a key; the others are a value. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int end = Math.min(input.length, 1 + (input[0] & 0x3F));
    byte[] key = Arrays.copyOfRange(input, 1, end);
    byte[] value = Arrays.copyOfRange(input, end, input.length);
    session(key, value);
    binding(key, value);
    drain(key, value);
    lease(value);
  }

  private static void session(byte[] key, byte[] value) {
    Flow flow = SessionCodec.flow(key);
    if (flow != null) {
      require(Arrays.equals(key, SessionCodec.key(flow)), "a flow with two keys");
    }
    SessionCodec.Entry entry = SessionCodec.entry(key, value);
    if (entry != null) {
      same(entry.session().term(), SessionCodec.term(value), "two terms");
      byte[] again = SessionCodec.value(entry.session(), entry.writtenMicros());
      same(entry, SessionCodec.entry(key, again), "a session that says something else again");
    }
  }

  private static void binding(byte[] key, byte[] value) {
    BindingCodec.Entry entry = BindingCodec.entry(key, value);
    if (entry != null) {
      require(
          Arrays.equals(key, BindingCodec.key(entry.table(), entry.binding())),
          "a binding with two keys");
      byte[] again = BindingCodec.value(entry.binding(), entry.writtenMicros());
      require(
          Arrays.equals(again, Arrays.copyOf(value, again.length)),
          "a binding that says something else again");
    }
  }

  private static void drain(byte[] key, byte[] value) {
    String text = Oracle.text(key);
    var who = DrainCodec.who(text);
    if (who != null) {
      same(text, DrainCodec.key(who), "a drained name with two keys");
    }
    DrainCodec.Decision decision = DrainCodec.decision(value);
    if (decision != null) {
      same(decision, DrainCodec.decision(DrainCodec.value(decision)), "another decision");
    }
  }

  private static void lease(byte[] value) {
    BlockLease lease = BlockLease.of(value);
    if (lease != null) {
      same(lease, BlockLease.of(lease.bytes()), "a lease that says something else again");
      require(!lease.beats(lease), "a lease beats itself");
    }
  }
}
