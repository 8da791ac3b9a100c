package dev.shunt.cluster.jgroups;

import dev.shunt.cluster.ClusterConfig;
import dev.shunt.cluster.ClusterTimings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jgroups.JChannel;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FD_SOCK2;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.SERIALIZE;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UDP;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.protocols.raft.FileBasedLog;
import org.jgroups.protocols.raft.NO_DUPES;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.stack.Protocol;

/**
 * The JGroups protocols of a member, bottom first, from its configuration.
 *
 * <p>UDP rather than TCP, because a connect that hangs at a dead member made healthy ones suspect
 * each other. {@code raft.ELECTION} rather than {@code ELECTION2}, which changed leaders once more
 * after merges. Nobody's log is ever written to: raft is here for its terms and its leader.
 */
final class Stack {

  /** Between these two, at random, members look for other groups to merge with. */
  static final Duration MERGE_MIN = Duration.ofMillis(200);

  static final Duration MERGE_MAX = Duration.ofSeconds(1);

  /**
   * Views are changed one after the other, and not at all during a merge: a member that freezes
   * while one goes on delays its own exclusion by this, or by the wait for acknowledged views.
   */
  static final Duration MERGE_TIMEOUT = Duration.ofSeconds(1);

  static final Duration JOIN_TIMEOUT = Duration.ofMillis(250);
  static final Duration LEAVE_TIMEOUT = Duration.ofMillis(500);
  static final Duration VOTE_TIMEOUT = Duration.ofMillis(600);

  /** Afterwards a member begins alone and merges with the others later, rather than never. */
  private static final int MAX_JOIN_ATTEMPTS = 20;

  private static final long FLOW_CONTROL_CREDITS = 2_000_000;
  private static final double FLOW_CONTROL_THRESHOLD = 0.4;
  private static final int FRAGMENT_BYTES = 60_000;
  private static final int MAX_THREADS = 200;

  /** What Linux gives without being asked; a second of an array's heartbeats fits in. */
  private static final int SOCKET_BUFFER_BYTES = 200_000;

  private Stack() {}

  /**
   * A new channel, not connected yet. One whose connect failed must be thrown away.
   *
   * @param threadStart what each of its threads does first
   */
  static JChannel channel(ClusterConfig config, Runnable threadStart) throws Exception {
    List<Protocol> protocols = new ArrayList<>(transport(config, threadStart));
    protocols.addAll(membership(config));
    protocols.addAll(delivery(config.timings()));
    protocols.addAll(raft(config, threadStart));
    return new JChannel(protocols).name(config.self().value()).setDiscardOwnMessages(true);
  }

  private static List<Protocol> transport(ClusterConfig config, Runnable threadStart)
      throws GeneralSecurityException {
    UDP udp = new UDP().setMulticasting(false);
    udp.setUcastRecvBufSize(SOCKET_BUFFER_BYTES).setUcastSendBufSize(SOCKET_BUFFER_BYTES);
    udp.setBindAddr(config.selfAddress());
    udp.setBindPort(config.port()).setPortRange(0);
    udp.logDiscardMsgs(false).logDiscardMsgsVersion(false);
    udp.getThreadPool().setMaxThreads(MAX_THREADS);
    udp.useVirtualThreads(false).setThreadFactory(new ChannelThreads(threadStart));
    if (config.secret().isEmpty()) {
      return List.of(udp);
    }
    // What is encrypted is the payload only; SERIALIZE makes headers and all a payload.
    return List.of(
        udp, SharedSecretEncryption.with(config.secret().get(), config.name()), new SERIALIZE());
  }

  private static List<Protocol> membership(ClusterConfig config) {
    ClusterTimings timings = config.timings();
    var hosts =
        config.members().stream()
            .map(m -> new InetSocketAddress(m.address(), config.port()))
            .toList();
    Protocol discovery = new TCPPING().setInitialHosts(hosts).setPortRange(0);
    return List.of(
        discovery.setValue("async_discovery", true),
        new MERGE3().setMinInterval(MERGE_MIN.toMillis()).setMaxInterval(MERGE_MAX.toMillis()),
        new FD_SOCK2()
            .setBindAddress(config.selfAddress()) // it does not take the transport's
            .setOffset(ClusterConfig.FAILURE_DETECTION_OFFSET)
            .setPortRange(1),
        new FD_ALL3()
            .setTimeout(timings.silence().toMillis())
            .setInterval(timings.detectionInterval().toMillis()),
        new VERIFY_SUSPECT2().setTimeout(timings.verification().toMillis()));
  }

  private static List<Protocol> delivery(ClusterTimings timings) {
    Protocol gms = new GMS().setJoinTimeout(JOIN_TIMEOUT.toMillis());
    return List.of(
        new NAKACK2().setValue("use_mcast_xmit", false).setValue("xmit_interval", 200L),
        new UNICAST3().setValue("xmit_interval", 200L),
        new STABLE().setDesiredAverageGossip(50_000).setValue("max_bytes", 4_000_000L),
        new NO_DUPES(),
        gms.setValue("print_local_addr", false)
            .setValue("leave_timeout", LEAVE_TIMEOUT.toMillis())
            .setValue("merge_timeout", MERGE_TIMEOUT.toMillis())
            .setValue("view_ack_collection_timeout", timings.silence().toMillis())
            .setValue("max_join_attempts", MAX_JOIN_ATTEMPTS),
        new UFC().setMaxCredits(FLOW_CONTROL_CREDITS).setMinThreshold(FLOW_CONTROL_THRESHOLD),
        new MFC().setMaxCredits(FLOW_CONTROL_CREDITS).setMinThreshold(FLOW_CONTROL_THRESHOLD),
        new FRAG4().setValue("frag_size", FRAGMENT_BYTES));
  }

  private static List<Protocol> raft(ClusterConfig config, Runnable threadStart) {
    Path directory = config.stateDirectory();
    RAFT raft =
        new RAFT()
            .members(config.members().stream().map(m -> m.id().value()).toList())
            .raftId(config.self().value())
            .logClass(FileBasedLog.class.getName())
            .logDir(directory.toString())
            // A forced write waits for everybody's disk traffic, for seconds, and so does the
            // array.
            // Nothing rests on it: promises are not raft's, and terms are unique without it.
            .logUseFsync(false);
    return List.of(new PromptElection(threadStart).voteTimeout(VOTE_TIMEOUT.toMillis()), raft);
  }
}
