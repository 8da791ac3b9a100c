package dev.shunt.replication.hazelcast;

import static dev.shunt.replication.hazelcast.TestTables.id;
import static dev.shunt.replication.hazelcast.TestTables.ids;
import static dev.shunt.replication.hazelcast.TestTables.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.LabelBlock;
import dev.shunt.replication.LabelBlocks;
import dev.shunt.replication.LabelBlocks.Taken;
import dev.shunt.replication.LabelBlocksContract.Recorder;
import dev.shunt.replication.ReplicationConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Label blocks that several members want. */
class LabelBlocksArrayTest {

  private static final LabelBlock SEVEN = new LabelBlock(7);

  private final List<Recorder> recorders = Stream.generate(Recorder::new).limit(3).toList();
  private Duration blocksGoneAfter = TestTables.BLOCKS_GONE_AFTER;
  private TestTables tables;

  @BeforeEach
  void make() throws IOException {
    tables = new TestTables(3);
  }

  @AfterEach
  void stop() {
    tables.close();
  }

  @Test
  void ofTwoMembersThatRaceForTheLastBlockOneHasIt() throws Exception {
    List<HazelcastReplication> all = startAll(1, 2);
    LabelBlocks one = all.getFirst().labelBlocks();
    LabelBlocks two = all.getLast().labelBlocks();
    takeAllBut(one, 1);

    for (int round = 0; round < 50; round++) {
      CompletableFuture<Optional<Taken>> first = one.take();
      CompletableFuture<Optional<Taken>> second = two.take();
      Optional<Taken> byOne = answer(first);
      Optional<Taken> byTwo = answer(second);

      assertThat(byOne.isPresent()).isNotEqualTo(byTwo.isPresent());
      LabelBlocks winner = byOne.isPresent() ? one : two;
      answer(winner.release(byOne.or(() -> byTwo).orElseThrow().block()));
      until(() -> one.stats().free() == 1 && two.stats().free() == 1);
    }
    assertThat(two.owned()).isEmpty();
    assertThat(answer(two.take(one.owned().iterator().next()))).isFalse();
  }

  @Test
  void aKilledMembersBlocksAreTakenOverWhenNoneIsFreeAndItWasGoneForLong() throws Exception {
    try (MemberProcess three = new MemberProcess(tables, 3)) {
      List<HazelcastReplication> all = startAll(1, 2);
      all.forEach(member -> member.labelBlocks().present(ids(1, 2, 3)));
      until(() -> all.getFirst().members().size() == 3);
      three.ask("await-complete");
      LabelBlock itsBlock = new LabelBlock(Integer.parseInt(three.ask("take-block")));
      LabelBlocks one = all.getFirst().labelBlocks();
      until(() -> one.stats().free() == LabelBlock.COUNT - 1);
      takeAllBut(one, 1);
      assertThat(answer(one.take())).isEmpty();

      three.kill();
      long killed = System.nanoTime();
      all.forEach(member -> member.suspect(ids(3)));
      all.forEach(member -> member.labelBlocks().present(ids(1, 2)));
      Taken taken = takeInTheEnd(one);

      assertThat(System.nanoTime() - killed).isGreaterThan(TestTables.BLOCKS_GONE_AFTER.toNanos());
      assertThat(taken).isEqualTo(new Taken(itsBlock, Optional.of(id(3))));
      assertThat(one.stats().takenOver()).isEqualTo(1);
      assertThat(answer(all.getLast().labelBlocks().take())).isEmpty();
    }
  }

  @Test
  void whenAPartitionEndsTheEarlierLeaseStaysAndTheOtherOwnerIsTold() throws Exception {
    List<HazelcastReplication> all = startAll(1, 2, 3);
    LabelBlocks one = all.get(0).labelBlocks();
    LabelBlocks three = all.get(2).labelBlocks();
    LabelBlock before = answer(three.take()).orElseThrow().block();
    part(all);
    assertThat(answer(one.take(SEVEN))).isTrue();
    assertThat(answer(three.take(SEVEN))).isTrue();
    assertThat(answer(one.take(new LabelBlock(8)))).isTrue();
    assertThat(answer(three.take(new LabelBlock(9)))).isTrue();

    join(all);

    until(() -> heard(3).lost.contains(SEVEN));
    until(() -> all.stream().allMatch(m -> m.labelBlocks().stats().free() == LabelBlock.COUNT - 4));
    assertThat(one.owned()).containsExactlyInAnyOrder(SEVEN, new LabelBlock(8));
    assertThat(three.owned()).containsExactlyInAnyOrder(before, new LabelBlock(9));
    assertThat(heard(1).lost).isEmpty();
    assertThat(heard(3).lost).containsExactly(SEVEN);
    assertThat(three.stats().lost()).isEqualTo(1);
  }

  @Test
  void aMemberWhoseBlocksWereTakenOverWhileItWasCutOffLosesThemThoughItsLeaseIsEarlier()
      throws Exception {
    // The split heals by itself after some seconds.
    blocksGoneAfter = Duration.ZERO;
    List<HazelcastReplication> all = startAll(1, 2, 3);
    all.forEach(member -> member.labelBlocks().present(ids(1, 2, 3)));
    LabelBlocks one = all.get(0).labelBlocks();
    LabelBlocks three = all.get(2).labelBlocks();
    LabelBlock itsBlock = answer(three.take()).orElseThrow().block();
    takeAllBut(one, 1);
    part(all);
    one.present(ids(1, 2));
    three.present(ids(3));

    assertThat(takeInTheEnd(one).formerOwner()).contains(id(3));
    // It sees no majority, so it takes nothing over.
    assertThat(answer(three.take())).isEmpty();
    join(all);

    until(() -> heard(3).lost.contains(itsBlock));
    assertThat(one.owned()).hasSize(LabelBlock.COUNT);
    assertThat(three.owned()).isEmpty();
    assertThat(heard(1).lost).isEmpty();
  }

  @Test
  void aRestartedMemberFindsItsBlocksOfItsFormerLife() throws Exception {
    List<HazelcastReplication> all = startAll(1, 2);
    LabelBlock first = answer(all.getLast().labelBlocks().take()).orElseThrow().block();
    LabelBlock second = answer(all.getLast().labelBlocks().take()).orElseThrow().block();
    all.getLast().close();
    until(() -> all.getFirst().members().equals(ids(1)));

    HazelcastReplication again = start(2);
    again.expect(ids(1, 2));

    until(() -> heard(2).found.size() == 2);
    assertThat(heard(2).found).containsExactly(Set.of(), Set.of(first, second));
    assertThat(again.labelBlocks().owned()).containsExactlyInAnyOrder(first, second);
    assertThat(answer(all.getFirst().labelBlocks().take(first))).isFalse();
  }

  @Test
  void whenAllOfHazelcastDiesOwnersKeepTheirBlocksAndNobodyElseGetsThem() throws Exception {
    List<HazelcastReplication> all = startAll(1, 2);
    LabelBlocks one = all.getFirst().labelBlocks();
    LabelBlock block = answer(one.take()).orElseThrow().block();

    tables.killHazelcast();
    assertThat(one.take()).failsWithin(Duration.ofSeconds(10));
    assertThat(one.owned()).containsExactly(block);
    until(() -> all.stream().allMatch(member -> member.members().equals(ids(1, 2))));
    until(() -> all.stream().allMatch(HazelcastReplication::complete));
    until(() -> all.getLast().labelBlocks().stats().free() == LabelBlock.COUNT - 1);

    assertThat(answer(all.getLast().labelBlocks().take(block))).isFalse();
    assertThat(one.owned()).containsExactly(block);
    assertThat(heard(1).lost).isEmpty();
  }

  @Test
  void moreRequestsThanMayWaitAreRefusedAtOnceAndNoBlockIsLostToThem() throws Exception {
    LabelBlocks one = startAll(1).getFirst().labelBlocks();
    List<CompletableFuture<Optional<Taken>>> asked =
        IntStream.range(0, 1_000).mapToObj(_ -> one.take()).toList();

    until(() -> asked.stream().allMatch(CompletableFuture::isDone));
    long given = asked.stream().filter(future -> !future.isCompletedExceptionally()).count();

    assertThat(given).isBetween((long) LabelBlocks.MAX_WAITING, 999L);
    assertThat(one.owned()).hasSize((int) given);
  }

  private List<HazelcastReplication> startAll(int... numbers) {
    List<HazelcastReplication> all = IntStream.of(numbers).mapToObj(this::start).toList();
    all.forEach(member -> member.expect(ids(numbers)));
    until(() -> all.stream().allMatch(HazelcastReplication::complete));
    return all;
  }

  private HazelcastReplication start(int number) {
    ReplicationConfig config =
        tables.config(number, ReplicationConfig.DEFAULT_QUEUE_ENTRIES, blocksGoneAfter);
    return tables.make(config, made -> made.labelBlocks().listen(heard(number)));
  }

  private Recorder heard(int number) {
    return recorders.get(number - 1);
  }

  /** Cuts the third member off. */
  private static void part(List<HazelcastReplication> all) {
    all.get(2).suspect(ids(1, 2));
    all.get(0).suspect(ids(3));
    all.get(1).suspect(ids(3));
    until(() ->
        all.get(2).members().equals(ids(3))
            && all.get(0).members().equals(ids(1, 2))
            && all.get(1).members().equals(ids(1, 2)));
  }

  /** Waits until they have found each other again. */
  private static void join(List<HazelcastReplication> all) {
    until(() -> all.stream().allMatch(member -> member.members().size() == 3));
    until(() -> all.stream().allMatch(HazelcastReplication::complete));
    all.forEach(member -> member.labelBlocks().present(ids(1, 2, 3)));
  }

  private static void takeAllBut(LabelBlocks blocks, int rest) throws Exception {
    while (blocks.owned().size() < LabelBlock.COUNT - rest) {
      assertThat(answer(blocks.take())).isPresent();
    }
  }

  private static Taken takeInTheEnd(LabelBlocks blocks) {
    Optional<?>[] taken = {Optional.empty()};
    until(() -> {
      taken[0] = blocks.take().exceptionally(_ -> Optional.empty()).get();
      return taken[0].isPresent();
    });
    return (Taken) taken[0].orElseThrow();
  }

  private static <T> T answer(CompletableFuture<T> future) throws Exception {
    return future.get(10, TimeUnit.SECONDS);
  }
}
