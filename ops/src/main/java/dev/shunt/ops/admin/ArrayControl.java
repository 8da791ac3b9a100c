package dev.shunt.ops.admin;

import dev.shunt.ops.admin.model.CacheReport;
import dev.shunt.ops.admin.model.Labels;
import dev.shunt.ops.admin.model.Members;
import dev.shunt.ops.admin.model.Outcome;
import dev.shunt.ops.admin.model.PurgeReport;
import dev.shunt.ops.admin.model.RequestReport;
import dev.shunt.ops.admin.model.Services;
import dev.shunt.ops.admin.model.Sessions;
import dev.shunt.ops.admin.model.Status;
import dev.shunt.ops.admin.model.WhereGoes;
import dev.shunt.scheduler.Probe;
import dev.shunt.scheduler.TraceFilter;
import java.time.Duration;
import java.util.Optional;

/**
 * The port through which operators see and steer the array, from the member they talk to.
 *
 * <p>Thread-safe. But for {@link #request} and {@link #arrayCaches} reading never waits for another
 * member. A command that is refused throws {@link ControlException}, whose message is shown to the
 * operator.
 */
public interface ArrayControl {

  Status status();

  Members members();

  /**
   * @throws ControlException on a witness, as everything else that says what is done with traffic
   */
  Services services() throws ControlException;

  /**
   * Sessions that match.
   *
   * @param limit how many to return at most; all matching ones are counted
   */
  Sessions sessions(SessionFilter filter, int limit) throws ControlException;

  /**
   * Rows of this member's label switching table that match.
   *
   * @param limit how many to return at most; all matching ones are counted
   */
  Labels labels(LabelFilter filter, int limit) throws ControlException;

  /** What this member's data plane would do with a packet now; nothing changes by asking. */
  WhereGoes whereGoes(Probe probe) throws ControlException;

  /**
   * Tells of packets as this member's data plane ends them, a {@link
   * dev.shunt.ops.admin.model.TraceLine} each. One trace at a time.
   *
   * @param limit the longest it runs
   * @param count the most packets it tells of
   */
  LineStream trace(TraceFilter filter, Duration limit, int count) throws ControlException;

  /**
   * What was done with a recent request, by whichever node; where it is not this member's, the
   * others are asked and waited for, for two seconds at most.
   */
  RequestReport request(String id) throws ControlException;

  /** What this member keeps of responses. */
  CacheReport caches() throws ControlException;

  /**
   * What all members keep of responses; the others are waited for, for three seconds at most, and
   * who is not heard is named.
   *
   * @param service whose responses; empty: every service's
   */
  CacheReport arrayCaches(Optional<String> service) throws ControlException;

  /**
   * Makes all members forget responses, and returns when they have: none that matched is given to a
   * request that comes later, whichever member it reaches.
   *
   * @throws ControlException if not every member of the array has answered that it obeyed within
   *     three seconds, with what became of it on each; it may be repeated at will. Also if no
   *     service keeps any
   */
  PurgeReport purge(PurgeOrder order) throws ControlException;

  /** Keeps new sessions from a member, on all members; those it has stay. Undone by false. */
  Outcome drainMember(String member, boolean drained) throws ControlException;

  /** The same for a server, on all members. */
  Outcome drainServer(String service, String server, boolean drained) throws ControlException;

  /**
   * This member gives the scheduler's role to another, and returns when it is not scheduler any
   * more; where nobody takes over that is an error.
   */
  Outcome stepDown() throws ControlException;
}
