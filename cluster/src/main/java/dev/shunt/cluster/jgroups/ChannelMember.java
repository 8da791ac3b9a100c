package dev.shunt.cluster.jgroups;

import dev.shunt.cluster.ClusterConfig;
import dev.shunt.cluster.local.ElectionThread;
import dev.shunt.cluster.local.RaftRole;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.protocols.raft.RAFT;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One life of a member on one channel: feeds views, raft roles and messages to the election. */
final class ChannelMember implements Receiver {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);
  private static final Logger LOG = LoggerFactory.getLogger(ChannelMember.class);

  private final JChannel channel;
  private final RAFT raft;
  private final Wire wire;
  private final ElectionThread election;
  private final ChannelCalls calls;
  private final AtomicBoolean over = new AtomicBoolean();

  private ChannelMember(JChannel channel, Wire wire, ElectionThread election, ChannelCalls calls) {
    this.channel = channel;
    this.raft = channel.getProtocolStack().findProtocol(RAFT.class);
    this.wire = wire;
    this.election = election;
    this.calls = calls;
    raft.addRoleListener(role -> reportRole());
    channel.setReceiver(this);
  }

  /**
   * Returns when in a view.
   *
   * @param threadStart what each thread of the channel does first
   * @throws SecurityException if the others still see a member of this name
   * @throws IOException if the network cannot be used
   */
  static ChannelMember join(
      ClusterConfig config,
      Wire wire,
      ElectionThread election,
      ChannelCalls calls,
      Runnable threadStart)
      throws IOException {
    ChannelMember member = null;
    try {
      member = new ChannelMember(Stack.channel(config, threadStart), wire, election, calls);
      wire.use(member.channel);
      member.channel.connect(config.name());
      return member;
    } catch (Exception e) {
      if (member != null) {
        member.close();
      }
      throw explained(config, e);
    }
  }

  private static IOException explained(ClusterConfig config, Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SecurityException rejected) {
        throw rejected;
      }
    }
    return new IOException(
        "member '%s' cannot join on %s port %d: %s"
            .formatted(
                config.self(),
                config.selfAddress().getHostAddress(),
                config.port(),
                failure.getMessage()),
        failure);
  }

  boolean raftLeader() {
    return raft.isLeader();
  }

  /** Leaves, in bounded time. */
  void close() {
    over.set(true);
    Thread closing = Thread.ofPlatform().daemon().name("cluster-close").start(channel::close);
    try {
      if (!closing.join(CLOSE_TIMEOUT)) {
        LOG.warn("the channel did not close within {}", CLOSE_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void viewAccepted(View view) {
    if (!over.get()) {
      election.onPresent(wire.present(view));
      reportRole();
    }
  }

  @Override
  public void receive(Message message) {
    if (!over.get()) {
      wire.receive(message, election::onMessage, calls::receive);
    }
  }

  /**
   * The role is read when the election gets to it, so that no older report can overtake a newer.
   */
  private void reportRole() {
    if (!over.get()) {
      election.onRaftRole(this::role);
    }
  }

  /** Leader and term of the same instant: terms only grow. */
  private RaftRole role() {
    long before;
    boolean leader;
    do {
      before = raft.currentTerm();
      leader = raft.isLeader();
    } while (raft.currentTerm() != before);
    return new RaftRole(leader, before);
  }
}
