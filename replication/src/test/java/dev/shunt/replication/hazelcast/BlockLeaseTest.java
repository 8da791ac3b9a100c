package dev.shunt.replication.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.MemberId;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class BlockLeaseTest {

  @Property
  void whatIsWrittenIsReadBackAlsoWhenALaterReleaseAppended(
      @ForAll @IntRange(max = 99) int name,
      @ForAll long life,
      @ForAll @IntRange int generation,
      @ForAll long since) {
    BlockLease lease = new BlockLease(new MemberId("m" + name), life, generation, since);
    byte[] bytes = lease.bytes();

    assertThat(BlockLease.of(bytes)).isEqualTo(lease);
    assertThat(BlockLease.of(Arrays.copyOf(bytes, bytes.length + 7))).isEqualTo(lease);
  }

  @Property
  void anyBytesAreReadOrNotButNeverFail(@ForAll @Size(max = 300) byte[] bytes) {
    BlockLease read = BlockLease.of(bytes);

    assertThat(read == null || bytes[0] == 1).isTrue();
  }

  @Property
  void everyByteCutOffMakesALeaseUnreadable(@ForAll @IntRange(min = 1, max = 30) int cut) {
    byte[] bytes = lease("member-1", 0, 5).bytes();

    assertThat(BlockLease.of(Arrays.copyOf(bytes, bytes.length - cut))).isNull();
  }

  @Property
  void ofTwoLeasesExactlyOneWinsAndWinningIsTransitive(
      @ForAll @IntRange(max = 2) int a,
      @ForAll @IntRange(max = 26) int b,
      @ForAll @IntRange(max = 26) int c) {
    BlockLease first = small(a * 9 + b % 9);
    BlockLease second = small(b);
    BlockLease third = small(c);

    assertThat(first.beats(second) ^ second.beats(first)).isEqualTo(!first.equals(second));
    if (first.beats(second) && second.beats(third)) {
      assertThat(first.beats(third)).isTrue();
    }
  }

  @Example
  void theEarlierLeaseWinsButNeverAgainstOneThatTookItOver() {
    assertThat(lease("m2", 0, 5).beats(lease("m1", 0, 6))).isTrue();
    assertThat(lease("m1", 0, 5).beats(lease("m2", 0, 5))).isTrue();
    assertThat(lease("m2", 1, 6).beats(lease("m1", 0, 5))).isTrue();
  }

  private static BlockLease small(int number) {
    return lease("m" + number % 3, number / 3 % 3, number / 9 % 3);
  }

  private static BlockLease lease(String owner, int generation, long since) {
    return new BlockLease(new MemberId(owner), 1, generation, since);
  }
}
