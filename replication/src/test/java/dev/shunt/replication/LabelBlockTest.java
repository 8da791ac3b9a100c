package dev.shunt.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LabelBlockTest {

  private static final int LAST_PAIR = LabelBlock.COUNT * LabelBlock.PAIRS - 1;

  @Test
  void theLastPairFitsIntoTwentyBitsAndOneMoreBlockWouldNot() {
    assertThat(SessionLabel.forthOf(LAST_PAIR) + 1).isLessThan(1 << 20);
    assertThat(SessionLabel.forthOf(LAST_PAIR + LabelBlock.PAIRS) + 1)
        .isGreaterThanOrEqualTo(1 << 20);
  }

  @Test
  void labelsTowardsTheServerAreOddAndBothLabelsOfAPairLeadToIt() {
    for (int pair : new int[] {0, 1, 255, 256, LAST_PAIR}) {
      assertThat(SessionLabel.forthOf(pair) % 2).isEqualTo(1);
      assertThat(SessionLabel.pairOf(SessionLabel.forthOf(pair))).isEqualTo(pair);
      assertThat(SessionLabel.pairOf(SessionLabel.forthOf(pair) + 1)).isEqualTo(pair);
    }
    assertThat(SessionLabel.forthOf(0)).isEqualTo(8193);
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
    assertThatThrownBy(() -> LabelBlock.of(LAST_PAIR + 1)).hasMessageContaining("2031");
  }
}
