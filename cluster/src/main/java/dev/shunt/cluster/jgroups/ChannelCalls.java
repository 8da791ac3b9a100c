package dev.shunt.cluster.jgroups;

import dev.shunt.cluster.CallException;
import dev.shunt.cluster.MemberCalls;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.jgroups.CallFrame.Kind;
import dev.shunt.cluster.jgroups.CallFrame.Payload;
import dev.shunt.cluster.local.AnswerDesk;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Questions between members over the channel. Answers are worked out by a thread of their own: the
 * channel's and the election's never wait for one.
 */
final class ChannelCalls implements MemberCalls, AutoCloseable {

  private record Pending(MemberId member, CompletableFuture<byte[]> answer) {}

  /** Sends bytes to a member; false if it is not there. */
  @FunctionalInterface
  interface Sender {
    boolean send(MemberId to, byte[] bytes);
  }

  private final MemberId self;
  private final AnswerDesk desk;
  private final Sender sender;
  private final Map<Long, Pending> pending = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor answering;

  /** Not from 0: an answer to a question of this member's former life finds nobody. */
  private final AtomicLong numbers;

  ChannelCalls(MemberId self, long firstNumber, Sender sender) {
    this.self = self;
    this.desk = new AnswerDesk(self);
    this.sender = sender;
    this.numbers = new AtomicLong(firstNumber);
    this.answering =
        new ThreadPoolExecutor(
            0,
            1,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(MAX_UNDER_WAY),
            task -> Thread.ofPlatform().daemon().name("cluster-answers").unstarted(task));
  }

  @Override
  public void answer(String topic, Answerer answerer) {
    desk.answer(topic, answerer);
  }

  @Override
  public CompletableFuture<byte[]> ask(
      MemberId member, String topic, byte[] question, Duration patience) {
    if (question.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "question: found %d bytes, allowed are %d".formatted(question.length, MAX_BYTES));
    }
    if (member.equals(self)) {
      return desk.ask(member, topic, question, patience);
    }
    if (pending.size() >= MAX_UNDER_WAY) {
      return failed("too many questions to members wait for an answer");
    }
    long number = numbers.getAndIncrement();
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    pending.put(number, new Pending(member, answer));
    byte[] frame = new CallFrame(Kind.QUESTION, number, topic, Payload.of(question)).encode();
    if (!sender.send(member, frame)) {
      pending.remove(number);
      return failed("member '" + member + "' is not present");
    }
    CompletableFuture<byte[]> inTime = answer.orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS);
    return inTime
        .exceptionallyCompose(e ->
            e instanceof TimeoutException
                ? failed("member '%s' did not answer within %s".formatted(member, patience))
                : CompletableFuture.failedFuture(e))
        .whenComplete((_, _) -> pending.remove(number));
  }

  private static CompletableFuture<byte[]> failed(String why) {
    return CompletableFuture.failedFuture(new CallException(why));
  }

  /** What a member of the array sent. */
  void receive(MemberId from, CallFrame frame) {
    if (frame.kind() == Kind.QUESTION) {
      try {
        answering.execute(() -> reply(from, frame));
      } catch (RejectedExecutionException e) {
        fail(from, frame, "member '" + self + "' has too many questions to answer");
      }
      return;
    }
    Pending asked = pending.get(frame.number());
    if (asked == null || !asked.member().equals(from)) {
      return; // It comes too late, or answers what somebody else was asked.
    }
    if (frame.kind() == Kind.ANSWER) {
      asked.answer().complete(frame.payload().toArray());
    } else {
      asked.answer().completeExceptionally(new CallException(frame.payload().text()));
    }
  }

  private void reply(MemberId to, CallFrame question) {
    try {
      byte[] answer = desk.answer(question.topic(), question.payload().toArray());
      sender.send(
          to, new CallFrame(Kind.ANSWER, question.number(), "", Payload.of(answer)).encode());
    } catch (CallException e) {
      fail(to, question, String.valueOf(e.getMessage()));
    }
  }

  private void fail(MemberId to, CallFrame question, String why) {
    sender.send(to, new CallFrame(Kind.FAILURE, question.number(), "", Payload.of(why)).encode());
  }

  @Override
  public void close() {
    answering.shutdownNow();
    pending
        .values()
        .forEach(p ->
            p.answer().completeExceptionally(new CallException("member '" + self + "' leaves")));
  }
}
