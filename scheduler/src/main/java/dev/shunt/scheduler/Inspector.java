package dev.shunt.scheduler;

import java.util.function.Consumer;

/** The port to what shows how the data plane treats packets, and why. */
public interface Inspector {

  /**
   * What would become of a packet now. Nothing is changed or counted by asking. For any thread,
   * also while the data plane is being changed; the first question may take a second.
   */
  Explanation explain(Probe probe) throws DataPlaneException;

  /**
   * Tells of packets as they come, from now until the trace is closed. One at a time, begun,
   * renewed and closed not while the data plane is being changed.
   *
   * @param listener hears each on a thread of the data plane, or of who ends the trace; it must not
   *     block
   * @throws IllegalArgumentException if the filter names an outcome that there is not
   * @throws IllegalStateException if there is one already
   */
  Trace trace(TraceFilter filter, Consumer<TracedPacket> listener) throws DataPlaneException;

  /** A trace that runs. It ends by itself within {@link TraceFilter#LEASE} of the last renewal. */
  interface Trace extends AutoCloseable {

    /** Lets it run on. */
    void renew() throws DataPlaneException;

    /** How many packets the kernel could not tell of, because they were not read fast enough. */
    long lost() throws DataPlaneException;

    /** Ends it, when all has been told of that was seen by then. */
    @Override
    void close() throws DataPlaneException;
  }
}
