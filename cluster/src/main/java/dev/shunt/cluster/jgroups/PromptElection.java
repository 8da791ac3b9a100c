package dev.shunt.cluster.jgroups;

import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.raft.ELECTION;

/**
 * {@code raft.ELECTION}, whose voting thread begins like the channel's threads. It has a factory of
 * its own, and would otherwise wait for a processor like anybody, in the middle of a failover.
 */
final class PromptElection extends ELECTION {

  private final Runnable threadStart;

  /** Of the last voting thread that has begun; only voting threads, one at a time, look at it. */
  private volatile long begun;

  /**
   * @param threadStart what a voting thread does first
   */
  PromptElection(Runnable threadStart) {
    this.threadStart = threadStart;
    setId(ClassConfigurator.getProtocolId(ELECTION.class));
  }

  /** Called in turns by the voting thread, until there is a leader. */
  @Override
  protected void runVotingProcess() {
    long current = Thread.currentThread().threadId();
    if (begun != current) {
      begun = current;
      threadStart.run();
    }
    super.runVotingProcess();
  }
}
