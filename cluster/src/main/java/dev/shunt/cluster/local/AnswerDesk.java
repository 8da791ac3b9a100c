package dev.shunt.cluster.local;

import dev.shunt.cluster.CallException;
import dev.shunt.cluster.MemberCalls;
import dev.shunt.cluster.MemberId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** What a member answers itself: all there is where it is the only one. Thread-safe. */
public final class AnswerDesk implements MemberCalls {

  private final MemberId self;
  private final Map<String, Answerer> answerers = new ConcurrentHashMap<>();

  public AnswerDesk(MemberId self) {
    this.self = self;
  }

  @Override
  public void answer(String topic, Answerer answerer) {
    answerers.put(topic, answerer);
  }

  /** Answered by the caller's thread. */
  @Override
  public CompletableFuture<byte[]> ask(
      MemberId member, String topic, byte[] question, Duration patience) {
    if (!member.equals(self)) {
      return CompletableFuture.failedFuture(
          new CallException("member '" + member + "' is not present"));
    }
    try {
      return CompletableFuture.completedFuture(answer(topic, question));
    } catch (CallException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * The answer to a question, whoever asked it.
   *
   * @throws CallException if nobody answers such questions, or who does failed
   */
  public byte[] answer(String topic, byte[] question) throws CallException {
    Answerer answerer = answerers.get(topic);
    if (answerer == null) {
      throw new CallException("member '%s' knows no questions about '%s'".formatted(self, topic));
    }
    byte[] answer;
    try {
      answer = answerer.answer(question);
    } catch (RuntimeException e) {
      throw new CallException("member '%s': %s".formatted(self, e.getMessage()));
    }
    if (answer.length > MAX_BYTES) {
      throw new CallException(
          "member '%s' has an answer of %d bytes, allowed are %d"
              .formatted(self, answer.length, MAX_BYTES));
    }
    return answer;
  }
}
