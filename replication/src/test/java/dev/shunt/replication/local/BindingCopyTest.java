package dev.shunt.replication.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.replication.Binding;
import dev.shunt.replication.BindingLimits;
import dev.shunt.replication.local.BindingCopy.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BindingCopyTest {

  private static final Duration IDLE = Duration.ofMinutes(30);

  private final List<Binding> evicted = new ArrayList<>();

  private BindingCopy copy(int entries) {
    return new BindingCopy(new BindingLimits(entries, IDLE, true), evicted::add);
  }

  private static Binding binding(long key, long owner, int generation, long since, int used) {
    return new Binding(key * 31, key, owner, generation, since, used);
  }

  @Test
  void whatIsPutIsFoundByBothHalvesOfItsKey() {
    BindingCopy copy = copy(100);
    Binding one = binding(7, 1, 0, 10, 5);
    assertThat(copy.find(one.high(), one.low())).isSameAs(Binding.NONE);
    assertThat(copy.offer(one)).isSameAs(one);
    assertThat(copy.find(one.high(), one.low())).isSameAs(one);
    assertThat(copy.find(one.high() + 1, one.low())).isSameAs(Binding.NONE);
    assertThat(copy.find(one.high(), one.low() + 1)).isSameAs(Binding.NONE);
    assertThat(copy.size()).isEqualTo(1);
  }

  @Test
  void theFirstThatIsOfferedStays() {
    BindingCopy copy = copy(100);
    Binding first = copy.offer(binding(7, 1, 0, 10, 5));
    assertThat(copy.offer(binding(7, 2, 0, 11, 5))).isSameAs(first);
  }

  @Test
  void onlyTheBindingThatStandsIsReplaced() {
    BindingCopy copy = copy(100);
    Binding first = copy.offer(binding(7, 1, 0, 10, 5));
    Binding moved = copy.replace(first, first.movedTo(2, 20, 6));
    assertThat(moved.owner()).isEqualTo(2);
    assertThat(copy.replace(first, first.movedTo(3, 21, 6))).isSameAs(moved);
    assertThat(copy.find(moved.high(), moved.low())).isSameAs(moved);
  }

  @Test
  void copiesThatHearTheSameInAnyOrderAndTwiceAreEqual() {
    Random random = new Random(11);
    for (int trial = 0; trial < 200; trial++) {
      List<Binding> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        all.add(
            binding(random.nextInt(4), random.nextInt(3), random.nextInt(3), random.nextInt(3), i));
      }
      Set<String> ends = new HashSet<>();
      for (int member = 0; member < 3; member++) {
        List<Binding> heard = new ArrayList<>(all);
        heard.addAll(all);
        Collections.shuffle(heard, random);
        BindingCopy copy = copy(100);
        heard.forEach(b ->
            copy.arrive(
                binding(b.low(), b.owner(), b.generation(), b.sinceMicros(), b.usedSeconds())));
        List<String> state = new ArrayList<>();
        copy.forEach(b ->
            state.add(b.low() + ":" + b.owner() + ":" + b.generation() + ":" + b.usedSeconds()));
        Collections.sort(state);
        ends.add(state.toString());
      }
      assertThat(ends).as("trial " + trial).hasSize(1);
    }
  }

  @Test
  void whatIsWorseThanWhatIsHeldIsTold() {
    BindingCopy copy = copy(100);
    copy.offer(binding(7, 1, 1, 10, 5));
    assertThat(copy.arrive(binding(7, 2, 0, 1, 5))).isEqualTo(Outcome.WORSE);
    assertThat(copy.arrive(binding(7, 2, 1, 11, 5))).isEqualTo(Outcome.WORSE);
    assertThat(copy.arrive(binding(7, 1, 1, 10, 9))).isEqualTo(Outcome.KNOWN);
    assertThat(copy.find(7 * 31, 7).usedSeconds()).isEqualTo(9);
    assertThat(copy.arrive(binding(7, 2, 1, 9, 5))).isEqualTo(Outcome.TAKEN);
  }

  @Test
  void aFullTableKeepsItsSizeAndLetsThoseGoThatWereUsedLeastRecently() {
    int entries = 1000;
    BindingCopy copy = copy(entries);
    Random random = new Random(5);
    List<Binding> fresh = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      Binding one = new Binding(random.nextLong(), random.nextLong(), 1, 0, i, i);
      copy.offer(one);
      if (i >= 19_900) {
        fresh.add(one);
      }
      // A set that is empty while the table is full takes one beyond.
      assertThat(copy.size()).isLessThan(entries + entries / 20);
    }
    assertThat(copy.size() + copy.evicted()).isEqualTo(20_000);
    assertThat(evicted).hasSize((int) copy.evicted());
    assertThat(fresh).allMatch(b -> copy.find(b.high(), b.low()).isPresent());
  }

  @Test
  void everyKeyOfARowOfNumbersHasItsPlace() {
    BindingCopy copy = copy(4096);
    for (int key = 0; key < 4096; key++) {
      copy.offer(new Binding(0, key, 1, 0, 0, 0));
    }
    assertThat(copy.size()).isEqualTo(4096);
    assertThat(copy.evicted()).isZero();
  }

  @Test
  void aRemovalLeavesWhatWasUsedLater() {
    BindingCopy copy = copy(100);
    copy.offer(binding(7, 1, 0, 10, 5));
    assertThat(copy.removeUnused(7 * 31, 7, 5)).isFalse();
    assertThat(copy.removeUnused(7 * 31, 7, 6)).isTrue();
    assertThat(copy.find(7 * 31, 7)).isSameAs(Binding.NONE);
    assertThat(copy.size()).isZero();
  }

  @Test
  void limitsSayWhatIsAllowed() {
    assertThatThrownBy(() -> new BindingLimits(1, IDLE, true))
        .hasMessage("entries: found 1, allowed is 16 to 1048576");
    assertThatThrownBy(() -> new BindingLimits(16, Duration.ofSeconds(1), true))
        .hasMessage("idle: found PT1S, allowed is PT2S to PT720H");
  }
}
