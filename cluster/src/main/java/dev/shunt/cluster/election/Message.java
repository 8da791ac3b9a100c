package dev.shunt.cluster.election;

import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Term;
import java.util.Map;

/**
 * What members tell each other about the scheduler's role.
 *
 * <p>Every message may be lost, doubled, delayed or overtaken without harm to safety, and all but
 * the last hand-over hints are repeated until they have done their work. Times are nanoseconds on
 * the clock of the member named; no two members' clocks are ever compared.
 */
public sealed interface Message {

  /** The term it speaks of; {@link Term#NONE} where it speaks of none. */
  Term term();

  /**
   * The scheduler, or who was appointed to be it, asks for a promise.
   *
   * @param sentAtNanos the sender's clock, returned in the acknowledgement
   * @param leaseNanos how long the promise must last from its receipt
   * @param holding whether the sender holds the lease already
   */
  record Heartbeat(Term term, long sentAtNanos, long leaseNanos, boolean holding)
      implements Message {}

  /**
   * A promise: until its lease is over from now, the sender acknowledges nobody else.
   *
   * @param sentAtNanos the heartbeat's
   */
  record Ack(Term term, long sentAtNanos) implements Message {}

  /**
   * The sender has promised itself to another member, or may have and forgot.
   *
   * @param remainingNanos when it is worth asking again
   */
  record Busy(Term term, long remainingNanos) implements Message {}

  /** The sender knows a higher appointment than the one it was asked about. */
  record Refused(Appointment highest) implements Message {
    @Override
    public Term term() {
      return highest.term();
    }
  }

  /** The sender gave up its lease before it sent this: promises to it up to this term are void. */
  record Release(Term term) implements Message {}

  /** The scheduler of this term asks the raft leader for a successor. */
  record Resign(Term term) implements Message {}

  /** The raft leader's choice. */
  record Appoint(Appointment appointment) implements Message {
    @Override
    public Term term() {
      return appointment.term();
    }
  }

  /**
   * What a member publishes about itself.
   *
   * @param incarnation different for every start of the member
   * @param sequence grows within an incarnation, so that an overtaken message is known
   * @param eligible whether it may become scheduler
   * @param hearing whom it hears, for not everybody may hear everybody
   * @param attributes see {@link dev.shunt.cluster.Member#attributes()}
   */
  record Hello(
      long incarnation,
      long sequence,
      boolean eligible,
      Hearing hearing,
      Map<String, String> attributes)
      implements Message {
    public Hello {
      attributes = Map.copyOf(attributes);
    }

    @Override
    public Term term() {
      return Term.NONE;
    }
  }

  /** Where messages go. Must not wait; may lose any of them. */
  @FunctionalInterface
  interface Outbox {
    void send(MemberId to, Message message);
  }
}
