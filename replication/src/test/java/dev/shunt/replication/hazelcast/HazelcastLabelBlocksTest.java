package dev.shunt.replication.hazelcast;

import static dev.shunt.replication.hazelcast.TestTables.ids;
import static dev.shunt.replication.hazelcast.TestTables.until;

import dev.shunt.replication.LabelBlocks;
import dev.shunt.replication.LabelBlocksContract;
import java.io.IOException;

class HazelcastLabelBlocksTest extends LabelBlocksContract {

  private final TestTables tables;

  HazelcastLabelBlocksTest() throws IOException {
    tables = new TestTables(1);
  }

  @Override
  protected LabelBlocks start(LabelBlocks.Listener listener) {
    HazelcastReplication one = tables.make(1, made -> made.labelBlocks().listen(listener));
    one.expect(ids(1));
    until(one::complete);
    return one.labelBlocks();
  }

  @Override
  protected void stop() {
    tables.close();
  }
}
