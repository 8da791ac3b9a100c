package dev.shunt.replication.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.cluster.MemberId;
import dev.shunt.replication.LabelBlock;
import dev.shunt.replication.LabelBlocks;
import dev.shunt.replication.LabelBlocksContract;
import dev.shunt.replication.ReplicationException;
import org.junit.jupiter.api.Test;

class LocalLabelBlocksTest extends LabelBlocksContract {

  private final LocalReplication replication = new LocalReplication(new MemberId("m1"));

  @Override
  protected LabelBlocks start(LabelBlocks.Listener listener) {
    replication.labelBlocks().listen(listener);
    replication.start();
    return replication.labelBlocks();
  }

  @Override
  protected void stop() {
    replication.close();
  }

  @Test
  void nothingIsHadBeforeTheStart() {
    LabelBlocks blocks = new LocalReplication(new MemberId("m2")).labelBlocks();

    assertThatThrownBy(() -> blocks.take().get())
        .hasCauseInstanceOf(ReplicationException.class)
        .hasMessageContaining("not complete");
    assertThat(blocks.take(new LabelBlock(1))).isCompletedExceptionally();
  }

  @Test
  void aBlockThatIsPlayedToBeAnothersIsLostAndNotGivenAgain() {
    Recorder recorder = new Recorder();
    LabelBlock block = new LabelBlock(0);
    LocalLabelBlocks blocks = replication.labelBlocks();
    blocks.listen(recorder);
    assertThat(blocks.take(block).join()).isTrue();

    blocks.lose(block);
    blocks.lose(new LabelBlock(1));

    assertThat(recorder.lost).containsExactly(block);
    assertThat(blocks.take(block).join()).isFalse();
    assertThat(blocks.take().join().orElseThrow().block()).isEqualTo(new LabelBlock(2));
    assertThat(blocks.stats().lost()).isEqualTo(1);
  }
}
