package dev.shunt.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds for the label blocks of one member alone, however they are kept. */
public abstract class LabelBlocksContract {

  /** Remembers what it heard. */
  public static final class Recorder implements LabelBlocks.Listener {

    public final Queue<Set<LabelBlock>> found = new ConcurrentLinkedQueue<>();
    public final Queue<LabelBlock> lost = new ConcurrentLinkedQueue<>();

    @Override
    public void onFound(Set<LabelBlock> blocks) {
      found.add(blocks);
    }

    @Override
    public void onLost(LabelBlock block) {
      lost.add(block);
    }
  }

  private final Recorder recorder = new Recorder();
  private LabelBlocks blocks;

  /**
   * Makes a member and starts it when {@code recorder} listens; returns when it can take blocks.
   */
  protected abstract LabelBlocks start(LabelBlocks.Listener listener) throws Exception;

  /** Ends it. */
  protected abstract void stop();

  @BeforeEach
  final void startOne() throws Exception {
    blocks = start(recorder);
  }

  @AfterEach
  final void stopOne() {
    stop();
  }

  @Test
  final void aMemberThatNeverWasFindsNothing() throws Exception {
    blocks.take().get(5, TimeUnit.SECONDS);

    assertThat(recorder.found).containsExactly(Set.of());
  }

  @Test
  final void everyBlockIsGivenOnceAndThenThereIsNone() throws Exception {
    Set<LabelBlock> taken = new HashSet<>();
    for (int i = 0; i < LabelBlock.COUNT; i++) {
      LabelBlocks.Taken one = blocks.take().get(5, TimeUnit.SECONDS).orElseThrow();
      assertThat(one.formerOwner()).isEmpty();
      assertThat(taken.add(one.block())).isTrue();
    }

    assertThat(blocks.take().get(5, TimeUnit.SECONDS)).isEmpty();
    assertThat(blocks.owned()).isEqualTo(taken);
    assertThat(blocks.stats()).isEqualTo(new LabelBlocks.Stats(LabelBlock.COUNT, 0, 0, 0));
    assertThat(recorder.lost).isEmpty();

    blocks.release(new LabelBlock(77)).get(5, TimeUnit.SECONDS);
    assertThat(blocks.owned()).hasSize(LabelBlock.COUNT - 1).doesNotContain(new LabelBlock(77));
    assertThat(blocks.take().get(5, TimeUnit.SECONDS))
        .contains(new LabelBlocks.Taken(new LabelBlock(77), Optional.empty()));
  }

  @Test
  final void aCertainBlockIsGivenIfItIsFreeOrOwnedAlready() throws Exception {
    LabelBlock wanted = new LabelBlock(1_234);

    assertThat(blocks.take(wanted).get(5, TimeUnit.SECONDS)).isTrue();
    assertThat(blocks.take(wanted).get(5, TimeUnit.SECONDS)).isTrue();

    assertThat(blocks.owned()).containsExactly(wanted);
    assertThat(blocks.stats().free()).isEqualTo(LabelBlock.COUNT - 1);
  }

  @Test
  final void whatIsNotOwnedIsReleasedWithoutEffect() throws Exception {
    blocks.release(new LabelBlock(5)).get(5, TimeUnit.SECONDS);

    assertThat(blocks.owned()).isEmpty();
    assertThat(blocks.stats().free()).isEqualTo(LabelBlock.COUNT);
  }
}
