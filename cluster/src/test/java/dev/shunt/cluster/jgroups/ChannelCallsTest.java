package dev.shunt.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.cluster.CallException;
import dev.shunt.cluster.MemberCalls;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.jgroups.CallFrame.Kind;
import dev.shunt.cluster.jgroups.CallFrame.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ChannelCallsTest {

  private static final MemberId M1 = new MemberId("m1");
  private static final MemberId M2 = new MemberId("m2");
  private static final MemberId M3 = new MemberId("m3");
  private static final Duration LONG = Duration.ofSeconds(10);

  private final Map<MemberId, ChannelCalls> array = new HashMap<>();
  private final List<byte[]> lost = new ArrayList<>();
  private final ChannelCalls one = member(M1);
  private final ChannelCalls two = member(M2);

  private ChannelCalls member(MemberId self) {
    ChannelCalls calls = new ChannelCalls(self, 7, (to, bytes) -> send(self, to, bytes));
    array.put(self, calls);
    return calls;
  }

  private boolean send(MemberId from, MemberId to, byte[] bytes) {
    ChannelCalls there = array.get(to);
    if (to.equals(M3)) {
      lost.add(bytes);
      return true;
    }
    if (there != null) {
      there.receive(from, CallFrame.decode(bytes, 0, bytes.length));
    }
    return there != null;
  }

  @AfterEach
  void close() {
    array.values().forEach(ChannelCalls::close);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(CompletableFuture<byte[]> answer) throws Exception {
    return new String(answer.get(10, TimeUnit.SECONDS), StandardCharsets.UTF_8);
  }

  @Test
  void aMemberAnswersWhatAnotherAsksAndWhatItAsksItself() throws Exception {
    two.answer("echo", question -> question);
    one.answer("echo", question -> bytes("own"));

    assertThat(text(one.ask(M2, "echo", bytes("Größe"), LONG))).isEqualTo("Größe");
    assertThat(text(one.ask(M1, "echo", bytes("x"), LONG))).isEqualTo("own");
  }

  @Test
  void whyThereIsNoAnswerIsTold() {
    two.answer(
        "fails",
        _ -> {
          throw new IllegalStateException("no such thing");
        });
    two.answer("much", _ -> new byte[MemberCalls.MAX_BYTES + 1]);

    assertFails(one.ask(M2, "other", bytes(""), LONG), "'m2' knows no questions about 'other'");
    assertFails(one.ask(M2, "fails", bytes(""), LONG), "'m2': no such thing");
    assertFails(one.ask(M2, "much", bytes(""), LONG), "'m2' has an answer of 65537 bytes");
    assertFails(one.ask(new MemberId("m9"), "echo", bytes(""), LONG), "member 'm9' is not present");
    assertFails(
        one.ask(M3, "echo", bytes(""), Duration.ofMillis(5)),
        "member 'm3' did not answer within PT0.005S");
  }

  private static void assertFails(CompletableFuture<byte[]> answer, String why) {
    assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(CallException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aFloodOfQuestionsIsRefusedAndNotQueuedForEver() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    two.answer(
        "slow",
        question -> {
          try {
            goOn.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return question;
        });
    List<CompletableFuture<byte[]>> answers = new ArrayList<>();
    for (int i = 0; i < MemberCalls.MAX_UNDER_WAY; i++) {
      answers.add(one.ask(M2, "slow", bytes(Integer.toString(i)), LONG));
    }
    assertFails(one.ask(M2, "slow", bytes(""), LONG), "too many questions to members");
    goOn.countDown();
    for (int i = 0; i < answers.size(); i++) {
      assertThat(text(answers.get(i))).isEqualTo(Integer.toString(i));
    }
    assertThat(text(one.ask(M2, "slow", bytes("again"), LONG))).isEqualTo("again");
  }

  @Test
  void anAnswerOfSomebodyWhoWasNotAskedIsNotTaken() throws Exception {
    CompletableFuture<byte[]> answer = one.ask(M3, "echo", bytes("?"), LONG);
    long number = CallFrame.decode(lost.getFirst(), 0, lost.getFirst().length).number();

    one.receive(M2, new CallFrame(Kind.ANSWER, number, "", Payload.of("forged")));
    assertThat(answer).isNotDone();
    one.receive(M3, new CallFrame(Kind.ANSWER, number, "", Payload.of("right")));
    assertThat(text(answer)).isEqualTo("right");
  }

  @Test
  void whoWaitsIsToldWhenTheMemberLeaves() {
    CompletableFuture<byte[]> answer = one.ask(M3, "echo", bytes("?"), LONG);
    one.close();
    assertFails(answer, "member 'm1' leaves");
  }

  @Test
  void whateverComesIsReadOrRefusedWithAReason() {
    Random random = new Random(5470);
    for (int i = 0; i < 20_000; i++) {
      byte[] frame = new CallFrame(Kind.QUESTION, i, "topic", Payload.of("text")).encode();
      byte[] cut = java.util.Arrays.copyOf(frame, random.nextInt(frame.length + 4));
      if (cut.length > 1) {
        cut[1 + random.nextInt(cut.length - 1)] = (byte) random.nextInt();
      }
      try {
        CallFrame.decode(cut, 0, cut.length);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageStartingWith("a call of ");
      }
    }
  }
}
