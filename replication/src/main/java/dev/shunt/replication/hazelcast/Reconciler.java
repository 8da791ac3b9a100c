package dev.shunt.replication.hazelcast;

import dev.shunt.replication.Flow;
import dev.shunt.replication.Session;
import dev.shunt.replication.local.SessionCopy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Makes the local copy and the shared table equal from a scan of the table, while events go on
 * arriving.
 *
 * <p>What only the table has comes in. What is older in the table than here is replaced there. What
 * the writer alone has is sent again; what another member alone has, see {@link OnlyHere}. One
 * thread.
 */
final class Reconciler {

  /** What a member that is not the writer does with entries that only it has. */
  enum OnlyHere {
    /** They may be about to come into the table. */
    KEEP,
    /** They were removed while this member did not hear. */
    FORGET,
    /** The table has lost them. */
    RESEND
  }

  private final SessionCopy copy;
  private final Authorship authorship;
  private final Outgoing outgoing;

  private boolean active;
  private OnlyHere onlyHere = OnlyHere.KEEP;
  private Predicate<Flow> scope = _ -> true;
  private int mended;
  private final Set<Flow> present = new HashSet<>();
  private final Set<Flow> gone = new HashSet<>();

  Reconciler(SessionCopy copy, Authorship authorship, Outgoing outgoing) {
    this.copy = copy;
    this.authorship = authorship;
    this.outgoing = outgoing;
  }

  /**
   * A scan begins.
   *
   * @param scannedFlows which flows it reads; of others it says nothing
   */
  void begin(OnlyHere whatToDo, Predicate<Flow> scannedFlows) {
    onlyHere = whatToDo;
    scope = scannedFlows;
    mended = 0;
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
  boolean scanned(Session session) {
    if (gone.contains(session.flow())) {
      return false;
    }
    present.add(session.flow());
    return switch (copy.arrive(session)) {
      case TAKEN -> {
        mended++;
        yield true;
      }
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
        if (!present.contains(session.flow()) && scope.test(session.flow())) {
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
    if (onlyHere == OnlyHere.RESEND || authorship.isWriter()) {
      sendAgain(session.flow());
    } else if (onlyHere == OnlyHere.FORGET && copy.remove(session.flow(), session.term())) {
      mended++;
      forgotten.add(session.flow());
    }
  }

  /** How many entries the last scan changed, in the copy or in the table. */
  int mended() {
    return mended;
  }

  private boolean sendAgain(Flow flow) {
    mended++;
    outgoing.put(flow);
    return false;
  }
}
