package dev.shunt.scheduler;

import dev.shunt.cluster.Lease;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Session;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The port to the kernel program that forwards.
 *
 * <p>{@link #lease} may be called from any thread at any time; the other methods by one thread at a
 * time. What is applied stays in force when the process ends.
 */
public interface DataPlane extends AutoCloseable {

  /**
   * Loads the program, or adopts the one that an earlier process left running, with its sessions.
   *
   * @param events hears session events in batches, on a thread of the data plane; it must not block
   * @throws DataPlaneException if the kernel refuses; the message names operation, subject and
   *     errno
   */
  void open(Consumer<List<SessionEvent>> events) throws DataPlaneException;

  /** Whether {@link #open} found a running program and adopted it. */
  boolean adopted();

  /** How the program hooks in: {@code native} (driver) or {@code generic}. */
  String mode();

  /** The Ethernet address of the data interface. */
  MacAddress mac();

  /**
   * Makes the kernel forward as this table says. Idempotent; applies the difference only; each
   * service changes in one step, so that no packet sees half a row.
   */
  void apply(DispatchTable table) throws DataPlaneException;

  /** Answer for the VIPs until the lease's deadline, or no longer if that has passed. */
  void lease(Lease lease);

  /**
   * Take this member's share of everyone's VIPs until then, and no longer.
   *
   * @param deadlineNanos {@link dev.shunt.cluster.Ticker} time
   */
  void share(long deadlineNanos) throws DataPlaneException;

  /**
   * The scheduler is gone: answers that went back through it go directly from now on, those of each
   * session until a packet of it comes from the next scheduler.
   */
  void answerDirectly() throws DataPlaneException;

  /**
   * Tells the network at once that the VIPs are here (gratuitous ARP, RFC 5227 section 3;
   * unsolicited neighbour advertisement, RFC 4861 section 7.2.6), and everyone's at their group
   * addresses.
   */
  void announce() throws DataPlaneException;

  /**
   * Writes sessions that other members opened, with the entries of their labels. What there is of
   * the same flow is replaced.
   */
  void putSessions(List<Session> sessions) throws DataPlaneException;

  /**
   * Forgets sessions, and their labels with them.
   *
   * @return those that there were
   */
  List<EndedSession> removeSessions(List<Flow> flows) throws DataPlaneException;

  /**
   * Gives the kernel pairs of session labels, by number, to hand out.
   *
   * @return how many of them, from the first on, it had room for
   */
  int offerPairs(int[] pairs) throws DataPlaneException;

  /** Takes back the pairs that are not handed out; from here on the kernel has none. */
  int[] drainPairs() throws DataPlaneException;

  /** About how many pairs the kernel has left of those offered since the last draining. */
  int freePairs() throws DataPlaneException;

  /**
   * Rows of the label switching table, in order.
   *
   * @param from the first label to look at
   * @param limit how many at most
   */
  List<LabelEntry> labels(int from, int limit);

  /** Every session the kernel holds now. */
  List<KernelSession> sessions() throws DataPlaneException;

  /**
   * Forgets the sessions that have been silent for too long.
   *
   * @param notBeforeNanos silence is counted from this instant at the earliest ({@link
   *     dev.shunt.cluster.Ticker} time): what happened before it, this member did not see
   * @return those forgotten
   */
  List<EndedSession> expire(SessionTimeouts timeouts, long notBeforeNanos)
      throws DataPlaneException;

  /**
   * Counts the live sessions of each target again, by which least-connections services choose: the
   * kernel's own count knows only what it opened and saw close itself.
   */
  void recount() throws DataPlaneException;

  /**
   * Refuses a part of the new sessions of services, out of {@link AdmissionState#ALL}, until told
   * otherwise. Of a service that the kernel does not have with limits nothing is refused.
   */
  void shed(Map<Service, Integer> shares) throws DataPlaneException;

  /** How the services that have limits stand. */
  Map<Service, AdmissionState> admissions() throws DataPlaneException;

  /**
   * Why this machine's stack takes no connection that the scheduler began by a SYN cookie; empty if
   * it does.
   */
  Optional<String> cookieObstacle();

  /**
   * Gives the kernel what SYN cookies are made and checked with.
   *
   * @param wallAheadNanos the wall clock's nanoseconds since the epoch less those of {@link
   *     dev.shunt.cluster.Ticker}
   * @param keys those of {@link CookieKeys} for now
   */
  void cookieKeys(long wallAheadNanos, List<CookieKey> keys) throws DataPlaneException;

  /** Packets by named outcome, since the program was first loaded. */
  Map<String, Long> outcomes() throws DataPlaneException;

  /** Takes the program off the interface and removes all that it left in the kernel. */
  void uninstall() throws DataPlaneException;

  /** Ends this process's part; the program goes on forwarding. */
  @Override
  void close();
}
