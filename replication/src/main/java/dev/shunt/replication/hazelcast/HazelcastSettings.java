package dev.shunt.replication.hazelcast;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.spi.MemberAddressProvider;
import com.hazelcast.spi.properties.ClusterProperty;
import com.hazelcast.spi.properties.HazelcastProperty;
import dev.shunt.replication.ReplicationConfig;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * How the embedded Hazelcast is set up: everything it offers beyond four maps is off, it speaks
 * only to the configured members, and it gives up on silent ones as fast as it can.
 */
final class HazelcastSettings {

  static final String SESSIONS = "sessions";
  static final String ARRAY_STATE = "array-state";
  static final String LABEL_BLOCKS = "label-blocks";
  static final String BINDINGS = "bindings";

  /** The attribute under which a Hazelcast member tells which member of the array it is. */
  static final String MEMBER_ATTRIBUTE = "shunt.member";

  /**
   * The Hazelcast line whose members can share a cluster, which this line's open-source edition
   * cannot do with any other. In the cluster's name, so that others stay apart instead of failing.
   */
  static final String LINE = "5.7";

  /**
   * Parts of a table, each with a message of its own to its backup in every batch: fewer than the
   * usual 271 save a tenth of the processor time of small batches and half of that of removals. A
   * prime, and many enough to spread over the members of an array.
   */
  static final int PARTITIONS = 31;

  static final int HEARTBEAT_SECONDS = 1;
  static final int MAX_NO_HEARTBEAT_SECONDS = 2;
  static final int MERGE_SECONDS = 3;
  static final int CONNECT_SECONDS = 1;
  static final int SHUTDOWN_SECONDS = 5;
  private static final int CALL_TIMEOUT_MILLIS = 20_000;

  /**
   * How long a write waits for a backup's acknowledgement, which is lost when the backup moves to
   * another member just then. Hazelcast's own 5 s would be as long as an operator's command waits;
   * the backup itself is sent again by the tables' own comparison.
   */
  private static final int BACKUP_ACK_MILLIS = 1_000;

  private static final int EVENT_THREADS = 2;

  private HazelcastSettings() {}

  static Config of(ReplicationConfig config, String instanceName) {
    Config settings = new Config(instanceName);
    settings.setClusterName("shunt/" + config.arrayName() + "/" + LINE);
    settings.getMemberAttributeConfig().setAttribute(MEMBER_ATTRIBUTE, config.self().value());
    settings.getJetConfig().setEnabled(false);
    settings.getMetricsConfig().setEnabled(false);
    network(settings.getAdvancedNetworkConfig(), config);
    quiet(settings);
    timings(settings);
    set(settings, ClusterProperty.PREFER_IPv4_STACK, !usesIpv6(config));
    serialization(settings);
    settings.addMapConfig(map(SESSIONS, 1, HigherTermWins.class));
    // Few and precious.
    settings.addMapConfig(map(ARRAY_STATE, 2, LaterChangeWins.class));
    settings.addMapConfig(map(LABEL_BLOCKS, 2, BetterLeaseWins.class));
    settings.addMapConfig(map(BINDINGS, 1, BetterBindingWins.class));
    return settings;
  }

  /**
   * An endpoint for members and nothing else. It is not only smaller: where one port serves all
   * protocols, a message for a member that accepts a connection but does not speak yet, since it
   * starts or hangs, makes a thread of the sender run in circles, one for each such member.
   */
  private static void network(AdvancedNetworkConfig network, ReplicationConfig config) {
    OwnAddress own = new OwnAddress(config.ownAddress().address(), config.port());
    ServerSocketEndpointConfig endpoint = new ServerSocketEndpointConfig();
    endpoint.setPort(config.port()).setPortAutoIncrement(false).setPortCount(1);
    endpoint.setSocketConnectTimeoutSeconds(CONNECT_SECONDS);
    network.setEnabled(true).setMemberEndpointConfig(endpoint);
    network.getMemberAddressProviderConfig().setEnabled(true).setImplementation(own);
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(CONNECT_SECONDS);
    config
        .members()
        .forEach(m -> join.getTcpIpConfig().addMember(endpoint(m.address(), config.port())));
  }

  private static String endpoint(InetAddress address, int port) {
    String host = address.getHostAddress();
    return (address instanceof Inet6Address ? "[" + host + "]" : host) + ":" + port;
  }

  private static boolean usesIpv6(ReplicationConfig config) {
    return config.members().stream().anyMatch(m -> m.address() instanceof Inet6Address);
  }

  private static void quiet(Config settings) {
    set(settings, ClusterProperty.LOGGING_TYPE, "slf4j");
    set(settings, ClusterProperty.LOGGING_ENABLE_DETAILS, false);
    set(settings, ClusterProperty.LOG_EMOJI_ENABLED, false);
    set(settings, ClusterProperty.PHONE_HOME_ENABLED, false);
    set(settings, ClusterProperty.HEALTH_MONITORING_LEVEL, "OFF");
    set(settings, ClusterProperty.SLOW_OPERATION_DETECTOR_ENABLED, false);
    set(settings, ClusterProperty.SHUTDOWNHOOK_ENABLED, false);
    set(settings, ClusterProperty.ENABLE_JMX, false);
  }

  private static void timings(Config settings) {
    set(settings, ClusterProperty.PARTITION_COUNT, PARTITIONS);
    set(settings, ClusterProperty.SOCKET_BIND_ANY, false);
    set(settings, ClusterProperty.SOCKET_SERVER_BIND_ANY, false);
    set(settings, ClusterProperty.SOCKET_CONNECT_TIMEOUT_SECONDS, CONNECT_SECONDS);
    set(settings, ClusterProperty.WAIT_SECONDS_BEFORE_JOIN, 0);
    set(settings, ClusterProperty.HEARTBEAT_INTERVAL_SECONDS, HEARTBEAT_SECONDS);
    set(settings, ClusterProperty.MAX_NO_HEARTBEAT_SECONDS, MAX_NO_HEARTBEAT_SECONDS);
    set(settings, ClusterProperty.MERGE_FIRST_RUN_DELAY_SECONDS, MERGE_SECONDS);
    set(settings, ClusterProperty.MERGE_NEXT_RUN_DELAY_SECONDS, MERGE_SECONDS);
    set(settings, ClusterProperty.GRACEFUL_SHUTDOWN_MAX_WAIT, SHUTDOWN_SECONDS);
    set(settings, ClusterProperty.OPERATION_CALL_TIMEOUT_MILLIS, CALL_TIMEOUT_MILLIS);
    set(settings, ClusterProperty.OPERATION_BACKUP_TIMEOUT_MILLIS, BACKUP_ACK_MILLIS);
    set(settings, ClusterProperty.EVENT_THREAD_COUNT, EVENT_THREADS);
  }

  /** Members speak numbers, not class names: whatever else comes is refused. */
  private static void serialization(Config settings) {
    settings
        .getSerializationConfig()
        .addDataSerializableFactory(WireTypes.FACTORY, new WireTypes())
        .setJavaSerializationFilterConfig(new JavaSerializationFilterConfig());
  }

  private static MapConfig map(String name, int backups, Class<?> mergePolicy) {
    MapConfig map = new MapConfig(name);
    map.setBackupCount(backups)
        .setInMemoryFormat(InMemoryFormat.BINARY)
        .setStatisticsEnabled(false);
    map.setPerEntryStatsEnabled(false);
    map.getMergePolicyConfig().setPolicy(mergePolicy.getName());
    return map;
  }

  /**
   * The configured address and no other. Hazelcast's own search accepts only addresses that it
   * finds on an interface, which the aliases of the loopback network are not.
   */
  private record OwnAddress(InetAddress address, int port) implements MemberAddressProvider {

    @Override
    public InetSocketAddress getBindAddress() {
      return new InetSocketAddress(address, port);
    }

    @Override
    public InetSocketAddress getBindAddress(EndpointQualifier qualifier) {
      return getBindAddress();
    }

    @Override
    public InetSocketAddress getPublicAddress() {
      return getBindAddress();
    }

    @Override
    public InetSocketAddress getPublicAddress(EndpointQualifier qualifier) {
      return getBindAddress();
    }
  }

  private static void set(Config settings, HazelcastProperty property, Object value) {
    settings.setProperty(property.getName(), value.toString());
  }
}
