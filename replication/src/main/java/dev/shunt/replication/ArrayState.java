package dev.shunt.replication;

import java.util.Set;

/**
 * What operators have decided for the whole array: who is drained.
 *
 * <p>Thread-safe. Reading is local. Writing waits until the array has it, so that a command that
 * returned is obeyed.
 */
public interface ArrayState {

  /** What is drained. */
  enum Kind {
    MEMBER,
    SERVER
  }

  /**
   * One that gets no new sessions.
   *
   * @param kind member or server
   * @param name the member's name, or {@code service/server}
   */
  record Drained(Kind kind, String name) {}

  Set<Drained> drained();

  /**
   * @return whether that changed anything
   * @throws ReplicationException if the array did not take it within the configured time
   */
  boolean drain(Drained who) throws ReplicationException;

  /** The reverse of {@link #drain}. */
  boolean undrain(Drained who) throws ReplicationException;

  /** Called after each change with the new set, from any thread; must return at once. */
  void listen(java.util.function.Consumer<Set<Drained>> listener);
}
