package dev.shunt.replication.hazelcast;

import com.hazelcast.core.Hazelcast;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Flow;
import dev.shunt.replication.ReplicationConfig;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** An array's tables over real Hazelcast members on loopback addresses that nobody else uses. */
final class TestTables implements AutoCloseable {

  /** Long enough that a test sees that it is waited for. */
  static final Duration BLOCKS_GONE_AFTER = Duration.ofSeconds(3);

  private final String arrayName;
  private final List<MemberAddress> members;
  private final int witnesses;
  private final int port;
  private final List<HazelcastReplication> started = new ArrayList<>();

  TestTables(int size) throws IOException {
    this(size, 0);
  }

  /**
   * @param witnesses how many members only vote, beside the others
   */
  TestTables(int size, int witnesses) throws IOException {
    this.witnesses = witnesses;
    int subnet = ThreadLocalRandom.current().nextInt(1 << 16);
    String prefix = "127." + (1 + subnet / 256 % 250) + "." + subnet % 256 + ".";
    arrayName = "test-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
    members = IntStream.rangeClosed(1, size).mapToObj(i -> member("m" + i, prefix + i)).toList();
    port = freePort(members.getFirst().address());
  }

  private TestTables(String arrayName, List<MemberAddress> members, int port) {
    this.arrayName = arrayName;
    this.members = members;
    this.witnesses = 0;
    this.port = port;
  }

  /** The array that another process knows by {@link #arguments}. */
  static TestTables of(List<String> arguments) {
    List<MemberAddress> members = new ArrayList<>();
    for (int i = 2; i < arguments.size(); i++) {
      members.add(member("m" + (i - 1), arguments.get(i)));
    }
    return new TestTables(arguments.get(0), members, Integer.parseInt(arguments.get(1)));
  }

  List<String> arguments() {
    List<String> arguments = new ArrayList<>(List.of(arrayName, Integer.toString(port)));
    members.forEach(member -> arguments.add(member.address().getHostAddress()));
    return arguments;
  }

  ReplicationConfig config(int number) {
    return config(number, ReplicationConfig.DEFAULT_QUEUE_ENTRIES);
  }

  ReplicationConfig config(int number, int queueEntries) {
    return config(number, queueEntries, BLOCKS_GONE_AFTER);
  }

  ReplicationConfig config(int number, int queueEntries, Duration blocksGoneAfter) {
    return new ReplicationConfig(
        arrayName,
        id(number),
        members,
        members.size() + witnesses,
        port,
        ReplicationConfig.DEFAULT_BATCH_INTERVAL,
        ReplicationConfig.DEFAULT_BATCH_ENTRIES,
        queueEntries,
        ReplicationConfig.DEFAULT_MAX_SESSIONS,
        blocksGoneAfter);
  }

  /** Starts the {@code number}-th member, counted from 1. */
  HazelcastReplication start(int number) {
    return start(config(number));
  }

  HazelcastReplication start(ReplicationConfig config) {
    return make(config, _ -> {});
  }

  /** Starts the {@code number}-th member after {@code prepare} has seen it. */
  HazelcastReplication make(int number, Consumer<HazelcastReplication> prepare) {
    return make(config(number), prepare);
  }

  HazelcastReplication make(ReplicationConfig config, Consumer<HazelcastReplication> prepare) {
    HazelcastReplication replication =
        new HazelcastReplication(config, Ticker.system(), InstantSource.system());
    started.add(replication);
    prepare.accept(replication);
    replication.start();
    return replication;
  }

  /** Waits for what must come true within {@link #PATIENCE}. */
  static void until(Callable<Boolean> condition) {
    Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(condition);
  }

  /** Kills every Hazelcast member of this array in this process, without a good-bye. */
  void killHazelcast() {
    Hazelcast.getAllHazelcastInstances().stream()
        .filter(one -> one.getConfig().getClusterName().contains(arrayName))
        .forEach(one -> one.getLifecycleService().terminate());
  }

  /** The members of these numbers. */
  static Set<MemberId> ids(int... numbers) {
    return IntStream.of(numbers).mapToObj(TestTables::id).collect(Collectors.toUnmodifiableSet());
  }

  static MemberId id(int number) {
    return new MemberId("m" + number);
  }

  @Override
  public void close() {
    started.reversed().forEach(HazelcastReplication::close);
  }

  /** Remembers what it heard. */
  static final class Recorder implements SessionTable.Listener {

    final ConcurrentLinkedQueue<Session> puts = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Flow> removals = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<String> threads = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Integer> batches = new ConcurrentLinkedQueue<>();

    @Override
    public void onRemotePut(List<Session> sessions) {
      puts.addAll(sessions);
      batches.add(sessions.size());
      threads.add(Thread.currentThread().getName());
    }

    @Override
    public void onRemoteRemove(List<Flow> flows) {
      removals.addAll(flows);
      threads.add(Thread.currentThread().getName());
    }
  }

  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static MemberAddress member(String id, String address) {
    try {
      return new MemberAddress(new MemberId(id), InetAddress.getByName(address));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(address, e);
    }
  }

  private static int freePort(InetAddress address) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(address, 0));
      return socket.getLocalPort();
    }
  }
}
