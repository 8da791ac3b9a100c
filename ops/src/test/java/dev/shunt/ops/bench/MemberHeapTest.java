package dev.shunt.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MemberHeapTest {

  @Test
  void eachCollectorsWordsAreUnderstood() {
    assertThat(
            MemberHeap.parse("123:\n ZHeap           used 92M, capacity 384M, max capacity 384M"))
        .isEqualTo(92.0 * (1 << 20));
    assertThat(MemberHeap.parse(" DefNew     total 9216K, used 1500K [0x1, 0x2)"))
        .isEqualTo(1500.0 * (1 << 10));
  }

  @Test
  void otherWordsAreAnError() {
    assertThatThrownBy(() -> MemberHeap.parse("No such process"))
        .hasMessage("no heap in what jcmd says: No such process");
  }
}
