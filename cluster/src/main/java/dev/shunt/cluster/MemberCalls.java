package dev.shunt.cluster;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The port by which a member asks another what only that one knows, or to do what an operator wants
 * of all: for operators' questions and commands, never for a packet or a request.
 *
 * <p>Thread-safe. A question goes straight to the other member, past the shared tables, and is
 * answered also while these stand still. Questions and answers are at most {@value #MAX_BYTES}
 * bytes; {@value #MAX_UNDER_WAY} questions may wait for their answers, and as many to be answered.
 */
public interface MemberCalls {

  int MAX_BYTES = 65_536;
  int MAX_UNDER_WAY = 64;

  /** Answers questions of one kind; called by one thread, one after the other. */
  @FunctionalInterface
  interface Answerer {

    /**
     * @throws RuntimeException whose message the asking member is told
     */
    byte[] answer(byte[] question);
  }

  /** Says who answers questions of a kind; replaces who did before. */
  void answer(String topic, Answerer answerer);

  /**
   * Asks a member, which may be this one.
   *
   * @return fails with a {@link CallException} if the member is not there, does not answer within
   *     {@code patience}, or cannot
   */
  CompletableFuture<byte[]> ask(MemberId member, String topic, byte[] question, Duration patience);
}
