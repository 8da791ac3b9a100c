package dev.shunt.replication.hazelcast;

import dev.shunt.replication.Flow;
import dev.shunt.replication.Session;
import dev.shunt.replication.local.SessionCopy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Makes the local copy and the shared table equal from a scan of the table, while events go on
 * arriving.
 *
 * <p>What the writer lacks in the shared table is sent again; what another member has beyond it was
 * removed while that member did not hear, and is forgotten; what is older in the table than here is
 * replaced there. One thread.
 */
final class Reconciler {

  /** An entry of the table that is younger may still be on its way to this member. */
  static final long ON_ITS_WAY_MICROS = TimeUnit.SECONDS.toMicros(10);

  /**
   * What a scan is to repair.
   *
   * @param resendMissing whether entries that only this member has are sent again whoever wrote
   *     them, because the table has lost some
   * @param removeAbsent whether entries that only the table has are removed there, because removals
   *     by this member were lost
   * @param beganMicros when the scan began
   */
  record Plan(boolean resendMissing, boolean removeAbsent, long beganMicros) {}

  private final SessionCopy copy;
  private final Authorship authorship;
  private final Outgoing outgoing;

  private boolean active;
  private Plan plan = new Plan(false, false, 0);
  private final Set<Flow> present = new HashSet<>();
  private final Set<Flow> gone = new HashSet<>();

  Reconciler(SessionCopy copy, Authorship authorship, Outgoing outgoing) {
    this.copy = copy;
    this.authorship = authorship;
    this.outgoing = outgoing;
  }

  void begin(Plan newPlan) {
    plan = newPlan;
    present.clear();
    gone.clear();
    active = true;
  }

  /** An event says that another member wrote this; returns whether that is news. */
  boolean arrived(Session session) {
    if (active) {
      present.add(session.flow());
      gone.remove(session.flow());
    }
    SessionCopy.Outcome outcome = copy.arrive(session);
    if (outcome == SessionCopy.Outcome.LOWER_TERM) {
      // A scheduler that did not know yet that it is none has overwritten the entry in the table.
      outgoing.put(session.flow());
    }
    return outcome == SessionCopy.Outcome.TAKEN;
  }

  /** An event says that another member removed this entry; returns whether it was here. */
  boolean departed(Session removed) {
    if (active) {
      gone.add(removed.flow());
    }
    return copy.remove(removed.flow(), removed.term());
  }

  /** The scan found this; returns whether that is news. */
  boolean scanned(SessionCodec.Entry entry) {
    Session session = entry.session();
    if (gone.contains(session.flow())) {
      return false;
    }
    present.add(session.flow());
    if (wasRemovedHere(entry)) {
      outgoing.remove(session.flow(), authorship.term());
      return false;
    }
    return switch (copy.arrive(session)) {
      case TAKEN -> true;
      case KNOWN, REFUSED -> false;
      case LOWER_TERM -> sendAgain(session.flow());
      case OLDER -> authorship.isWriter() && sendAgain(session.flow());
    };
  }

  /**
   * The scan is over.
   *
   * @param trustworthy whether nothing moved in the table meanwhile; if not, only what it found
   *     counts, not what it did not find
   * @return the flows that are gone from the copy
   */
  List<Flow> end(boolean trustworthy) {
    List<Flow> forgotten = new ArrayList<>();
    if (active && trustworthy) {
      copy.forEach(session -> {
        if (!present.contains(session.flow())) {
          onlyHere(session, forgotten);
        }
      });
    }
    active = false;
    present.clear();
    gone.clear();
    return forgotten;
  }

  private void onlyHere(Session session, List<Flow> forgotten) {
    if (plan.resendMissing() || authorship.isWriter()) {
      outgoing.put(session.flow());
    } else if (copy.remove(session.flow(), session.term())) {
      forgotten.add(session.flow());
    }
  }

  private boolean wasRemovedHere(SessionCodec.Entry entry) {
    return plan.removeAbsent()
        && authorship.isWriter()
        && entry.writtenMicros() < plan.beganMicros() - ON_ITS_WAY_MICROS
        && copy.get(entry.session().flow()).isEmpty();
  }

  private boolean sendAgain(Flow flow) {
    outgoing.put(flow);
    return false;
  }
}
