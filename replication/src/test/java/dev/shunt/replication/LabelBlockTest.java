package dev.shunt.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LabelBlockTest {

  private static final int LAST_PAIR = LabelBlock.COUNT * LabelBlock.PAIRS - 1;

  @Test
  void theLastPairFitsIntoTwentyBitsAndOneMoreBlockWouldNot() {
    assertThat(LabelBlock.c2s(LAST_PAIR) + 1).isLessThan(1 << 20);
    assertThat(LabelBlock.c2s(LAST_PAIR + LabelBlock.PAIRS) + 1).isGreaterThanOrEqualTo(1 << 20);
  }

  @Test
  void labelsTowardsTheServerAreOddAndBothLabelsOfAPairLeadToIt() {
    for (int pair : new int[] {0, 1, 255, 256, LAST_PAIR}) {
      assertThat(LabelBlock.c2s(pair) % 2).isEqualTo(1);
      assertThat(LabelBlock.pair(LabelBlock.c2s(pair))).isEqualTo(pair);
      assertThat(LabelBlock.pair(LabelBlock.c2s(pair) + 1)).isEqualTo(pair);
    }
    assertThat(LabelBlock.c2s(0)).isEqualTo(8193);
  }

  @Test
  void aBlockHasItsPairsAndNoOthers() {
    assertThat(LabelBlock.of(255)).isEqualTo(new LabelBlock(0));
    assertThat(LabelBlock.of(256)).isEqualTo(new LabelBlock(1));
    assertThat(LabelBlock.of(LAST_PAIR)).isEqualTo(new LabelBlock(LabelBlock.COUNT - 1));
    assertThat(new LabelBlock(7).firstPair()).isEqualTo(7 * 256);
  }

  @Test
  void whatIsOutsideIsRefusedWithWhatIsAllowed() {
    assertThatThrownBy(() -> new LabelBlock(LabelBlock.COUNT))
        .hasMessage("label block 2031: allowed is 0 to 2030");
    assertThatThrownBy(() -> LabelBlock.of(-1)).hasMessageContaining("label block -1");
    assertThatThrownBy(() -> LabelBlock.pair(8192))
        .hasMessage("session label 8192: allowed is 8193 to 1048064");
    assertThatThrownBy(() -> LabelBlock.pair(1_048_065)).hasMessageContaining("1048065");
    assertThat(LabelBlock.pair(1_048_064)).isEqualTo(LAST_PAIR);
  }
}
