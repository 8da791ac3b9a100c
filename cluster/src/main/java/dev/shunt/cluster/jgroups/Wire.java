package dev.shunt.cluster.jgroups;

import dev.shunt.cluster.ClusterConfig;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.election.MalformedMessageException;
import dev.shunt.cluster.election.Message;
import dev.shunt.cluster.election.MessageCodec;
import dev.shunt.cluster.local.OncePerMinute;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message.Flag;
import org.jgroups.View;
import org.jgroups.raft.util.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of messages over a channel. Those of the election are single datagrams that wait for
 * nothing.
 *
 * <p>No retransmission, no order, no flow control, no bundling: what is lost is sent again by those
 * who need it, and a heartbeat that comes late is worth nothing. A member is also spoken to while
 * it is missing from the view, for promises do not depend on views. Thread-safe.
 */
final class Wire {

  private static final Logger LOG = LoggerFactory.getLogger(Wire.class);

  private final Map<String, MemberId> configured;
  private final Map<MemberId, Address> addresses = new ConcurrentHashMap<>();
  private final OncePerMinute complaints = new OncePerMinute();
  private final LongAdder malformed = new LongAdder();
  private final LongAdder strangers = new LongAdder();
  private final LongAdder unsent = new LongAdder();
  private volatile @Nullable JChannel channel;

  Wire(ClusterConfig config) {
    this.configured =
        config.members().stream().collect(Collectors.toMap(m -> m.id().value(), m -> m.id()));
  }

  /** The channel to send on from now on. */
  void use(JChannel next) {
    channel = next;
  }

  void send(MemberId to, Message message) {
    Address address = addresses.get(to);
    JChannel current = channel;
    if (address == null || current == null) {
      return;
    }
    try {
      current.send(
          new BytesMessage(address, MessageCodec.encode(message))
              .setFlag(Flag.OOB, Flag.DONT_BUNDLE, Flag.NO_FC, Flag.NO_RELIABILITY));
    } catch (Exception e) {
      unsent.increment();
      if (complaints.mayComplain("unsent")) {
        LOG.debug("message to '{}' not sent", to, e);
      }
    }
  }

  /**
   * Sends something that is to arrive, once, in no order; it waits for nothing.
   *
   * @return false if the member has not been seen
   */
  boolean sendReliably(MemberId to, byte[] bytes) {
    Address address = addresses.get(to);
    JChannel current = channel;
    if (address == null || current == null) {
      return false;
    }
    try {
      current.send(new BytesMessage(address, bytes).setFlag(Flag.OOB, Flag.NO_FC));
    } catch (Exception e) {
      unsent.increment();
      if (complaints.mayComplain("unsent")) {
        LOG.debug("message to '{}' not sent", to, e);
      }
    }
    return true;
  }

  /** Hands on what a member sent, if it is one and the message makes sense. */
  void receive(
      org.jgroups.Message raw,
      BiConsumer<MemberId, Message> sink,
      BiConsumer<MemberId, CallFrame> calls) {
    Optional<MemberId> from = member(raw.src());
    if (from.isEmpty()) {
      strangers.increment();
      complain(raw.src(), "is not a configured member");
      return;
    }
    try {
      if (!raw.hasArray()) {
        throw new IllegalArgumentException("no bytes");
      }
      if (CallFrame.isCall(raw.getArray(), raw.getOffset(), raw.getLength())) {
        calls.accept(
            from.get(), CallFrame.decode(raw.getArray(), raw.getOffset(), raw.getLength()));
        return;
      }
      Message message = MessageCodec.decode(raw.getArray(), raw.getOffset(), raw.getLength());
      sink.accept(from.get(), message);
    } catch (MalformedMessageException | IllegalArgumentException e) {
      malformed.increment();
      complain(raw.src(), String.valueOf(e.getMessage()));
    }
  }

  /** The configured members of a view, whose addresses are remembered. */
  Set<MemberId> present(View view) {
    Set<MemberId> present = new TreeSet<>();
    for (Address address : view) {
      member(address)
          .ifPresentOrElse(
              id -> {
                addresses.put(id, address);
                present.add(id);
              },
              () -> complain(address, "is not a configured member"));
    }
    return present;
  }

  WireCounters counters(long overflow) {
    return new WireCounters(malformed.sum(), strangers.sum(), overflow, unsent.sum());
  }

  private Optional<MemberId> member(Address address) {
    String raftId = Utils.extractRaftId(address);
    return raftId == null ? Optional.empty() : Optional.ofNullable(configured.get(raftId));
  }

  private void complain(Address from, String why) {
    if (complaints.mayComplain(why)) {
      LOG.warn("ignored '{}': {}", from, why);
    }
  }
}
