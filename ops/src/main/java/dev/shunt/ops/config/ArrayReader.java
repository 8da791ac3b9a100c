package dev.shunt.ops.config;

import dev.shunt.cluster.ClusterConfig;
import dev.shunt.cluster.ClusterTimings;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.replication.ReplicationConfig;
import dev.shunt.scheduler.Encap;
import dev.shunt.scheduler.SchedulerConfig;
import dev.shunt.scheduler.SessionTimeouts;
import dev.shunt.scheduler.Target;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code array:}. */
final class ArrayReader {

  static final ScalarType<String> INTERFACE =
      Scalars.matching(
          "the name of a network interface, 1 to 15 characters", "[^\\s/:\\p{Cntrl}]{1,15}");

  private static final int MIN_ROW = 101;
  private static final int MAX_ROW = 65_537;
  private static final int BUCKETS_PER_TARGET = 100;
  private static final int MIN_SESSIONS = 1024;
  static final int MAX_SESSIONS = 16_777_216;
  private static final int LAST_MEMBERSHIP_PORT = 65_535 - ClusterConfig.FAILURE_DETECTION_OFFSET;

  /** Stands for a name that is missing, which is an error already. */
  private static final String UNNAMED = "unnamed";

  private static final ScalarType<Duration> TIMING =
      Scalars.duration(Duration.ofMillis(1), Duration.ofMinutes(1));
  private static final ScalarType<Duration> SESSION_TIMEOUT =
      Scalars.duration(Duration.ofSeconds(1), Duration.ofDays(7));

  /** How {@link ClusterTimings} says what it refuses. */
  private static final Pattern REFUSED =
      Pattern.compile("([a-z_]+): found (.*), allowed is (.*)", Pattern.DOTALL);

  private final Section section;
  private final Optional<String> networkInterface;
  private final Optional<SecretSource> secret;
  private final Encap encap;
  private final TunnelEnds ends;
  private final Map<MemberId, Integer> weights = new HashMap<>();
  private final Map<MemberId, InetAddress> dataAddresses = new HashMap<>();
  private final List<MemberId> neverSchedulers = new ArrayList<>();
  private final List<MemberAddress> witnesses = new ArrayList<>();

  ArrayReader(Section section) {
    this.section = section;
    this.networkInterface = section.find("interface", INTERFACE);
    this.secret = readSecret();
    this.encap = section.get("encap", Scalars.oneOf(Encap.class), Encap.ETHERNET);
    this.ends = new TunnelEnds(encap);
  }

  Optional<String> networkInterface() {
    return networkInterface;
  }

  Optional<SecretSource> secret() {
    return secret;
  }

  /** To be asked about services before the array is read. */
  TunnelEnds ends() {
    return ends;
  }

  ArrayConfig read(NodeSettings node, List<ServiceConfig> services) {
    String name = section.require("name", ConfigReader.NAME, "");
    List<MemberAddress> members = members();
    int membershipPort =
        section.get(
            "membership_port",
            Scalars.integer(1, LAST_MEMBERSHIP_PORT),
            ClusterConfig.DEFAULT_PORT);
    int replicationPort =
        section.get("replication_port", Scalars.PORT, ReplicationConfig.DEFAULT_PORT);
    checkPorts(membershipPort, replicationPort);
    ClusterTimings timings =
        section.section("timings").map(this::timings).orElse(ClusterTimings.DEFAULT);
    int maxSessions = SchedulerConfig.DEFAULT_MAX_SESSIONS;
    SessionTimeouts sessionTimeouts = SessionTimeouts.DEFAULT;
    Optional<Section> sessions = section.section("sessions");
    if (sessions.isPresent()) {
      Section s = sessions.get();
      maxSessions = s.get("max", Scalars.integer(MIN_SESSIONS, MAX_SESSIONS), maxSessions);
      sessionTimeouts = sessionTimeouts(s);
      s.finish();
    }
    int rowSize = rowSize(members.size());
    Duration goneAfter =
        section.get(
            "gone_after",
            Scalars.duration(Duration.ofMillis(100), Duration.ofHours(1)),
            SchedulerConfig.DEFAULT_GONE_AFTER);
    section.finish();
    ends.finish();
    warn(members);
    return new ArrayConfig(
        name,
        members,
        witnesses,
        weights,
        membershipPort,
        replicationPort,
        timings,
        rowSize,
        maxSessions,
        sessionTimeouts,
        goneAfter,
        encap,
        dataAddresses,
        neverSchedulers,
        node,
        services);
  }

  private List<MemberAddress> members() {
    Optional<Value> list = section.value("members");
    if (list.isEmpty()) {
      section.missing("members", "a list of 1 to " + ClusterConfig.MAX_MEMBERS + " members");
      return List.of();
    }
    List<Value> items = list.get().items(ClusterConfig.MAX_MEMBERS);
    if (items.isEmpty() && list.get().isList()) {
      list.get().report("no members", "a list of 1 to " + ClusterConfig.MAX_MEMBERS + " members");
    }
    List<MemberAddress> members = new ArrayList<>();
    Uniqueness names = new Uniqueness("a name that no other member has");
    Uniqueness addresses = new Uniqueness("an address that no other member has");
    for (Value item : items) {
      Section member = new Section(item);
      String name = member.require("name", ConfigReader.NAME, "");
      InetAddress address =
          member.require("address", Scalars.IPV4, InetAddress.getLoopbackAddress());
      boolean witness = member.get("witness", Scalars.BOOLEAN, false);
      names.check(name, member.at("name"));
      if (member.has("address")) {
        addresses.check(address.getHostAddress(), member.at("address"));
      }
      MemberId id = new MemberId(name.isEmpty() ? UNNAMED : name);
      if (witness) {
        refuseTraffic(member);
        witnesses.add(new MemberAddress(id, address, true));
      } else {
        node(member, id, address);
        members.add(new MemberAddress(id, address));
      }
      member.finish();
    }
    checkRoles(list.get(), members.size());
    return members;
  }

  /** What only members have that carry traffic. */
  private void node(Section member, MemberId id, InetAddress address) {
    int weight = member.get("weight", Scalars.integer(1, Target.MAX_WEIGHT), 1);
    if (weight != 1) {
      weights.put(id, weight);
    }
    ends.read(member, address).ifPresent(at -> dataAddresses.put(id, at));
    if (!member.get("scheduler", Scalars.BOOLEAN, true)) {
      neverSchedulers.add(id);
    }
  }

  /** A witness has a name and an address, no more. */
  private static void refuseTraffic(Section member) {
    String[] keys = {"weight", "data_address", "scheduler"};
    for (String key : keys) {
      var _ = member.value(key); // known, so that it is not reported twice
    }
    member.refuse("witness: true", "witness: false, for a witness carries no traffic", keys);
  }

  private void checkRoles(Value list, int members) {
    if (members > 0 && neverSchedulers.size() == members) {
      list.report("scheduler: false of all members", "one at least that may be scheduler");
    }
    if (!witnesses.isEmpty() && witnesses.size() >= members) {
      list.report(
          "%d with witness: true and %d without".formatted(witnesses.size(), members),
          "fewer witnesses than other members: two and one witness, for example");
    }
  }

  private Optional<SecretSource> readSecret() {
    Optional<SecretSource> file =
        section
            .find("secret_file", Scalars.text("a file's path", 4096))
            .map(text -> new SecretSource.InFile(Path.of(text)));
    Optional<SecretSource> environment =
        section
            .find(
                "secret_env",
                Scalars.matching(
                    "the name of an environment variable", "[A-Za-z_][A-Za-z0-9_]{0,127}"))
            .map(SecretSource.InEnvironment::new);
    if (section.has("secret_file") && section.has("secret_env")) {
      section.at("secret_env").report("secret_env beside secret_file", "one of the two");
    }
    return file.or(() -> environment);
  }

  private void checkPorts(int membershipPort, int replicationPort) {
    int detection = membershipPort + ClusterConfig.FAILURE_DETECTION_OFFSET;
    if (replicationPort == detection || replicationPort == membershipPort) {
      section
          .at(section.has("replication_port") ? "replication_port" : "membership_port")
          .report(
              "replication port " + replicationPort,
              "any but the membership port %d and its failure detection port %d"
                  .formatted(membershipPort, detection));
    }
  }

  private ClusterTimings timings(Section t) {
    ClusterTimings d = ClusterTimings.DEFAULT;
    Duration heartbeat = t.get("heartbeat", TIMING, d.heartbeat());
    Duration lease = t.get("lease", TIMING, d.lease());
    Duration interval = t.get("detection_interval", TIMING, d.detectionInterval());
    Duration silence = t.get("silence", TIMING, d.silence());
    Duration verification = t.get("verification", TIMING, d.verification());
    t.finish();
    try {
      return new ClusterTimings(heartbeat, lease, interval, silence, verification);
    } catch (IllegalArgumentException e) {
      Matcher refused = REFUSED.matcher(String.valueOf(e.getMessage()));
      if (refused.matches()) {
        Value at = t.at(refused.group(1));
        String key = t.has(refused.group(1)) ? "" : refused.group(1) + " ";
        at.report(key + refused.group(2), refused.group(3));
      } else {
        t.self().report("these timings", String.valueOf(e.getMessage()));
      }
      return d;
    }
  }

  private static SessionTimeouts sessionTimeouts(Section s) {
    SessionTimeouts d = SessionTimeouts.DEFAULT;
    return new SessionTimeouts(
        s.get("opening", SESSION_TIMEOUT, d.opening()),
        s.get("established", SESSION_TIMEOUT, d.established()),
        s.get("udp", SESSION_TIMEOUT, d.udp()),
        s.get("closing", SESSION_TIMEOUT, d.closing()));
  }

  private int rowSize(int members) {
    ScalarType<Integer> number = Scalars.integer(MIN_ROW, MAX_ROW);
    ScalarType<Integer> prime =
        new ScalarType<>(
            "a prime from " + MIN_ROW + " to " + MAX_ROW,
            text -> number.parse(text).filter(ArrayReader::isPrime));
    int rowSize = section.get("row_size", prime, SchedulerConfig.DEFAULT_ROW_SIZE);
    if (rowSize < BUCKETS_PER_TARGET * members) {
      section
          .self()
          .problems()
          .warn(
              section.at("row_size"),
              "%d buckets for %d members: shares are uneven by more than 1 %%"
                  .formatted(rowSize, members));
    }
    return rowSize;
  }

  private void warn(List<MemberAddress> members) {
    Problems problems = section.self().problems();
    if (members.size() + witnesses.size() > 1 && secret.isEmpty()) {
      problems.warn(
          section.self(),
          "no secret_file or secret_env: anybody on the members' network can join the array");
    }
    int votes = members.size() + witnesses.size();
    if (votes == 2) {
      problems.warn(
          section.at("members"),
          "with two members neither has a majority alone: when one fails there is no scheduler;"
              + " a third on another host with witness: true has a vote and carries no traffic");
    } else if (votes % 2 == 0 && votes > 0) {
      problems.warn(
          section.at("members"),
          "%d members vote: an even number outlives no more failures than %d; a witness more (or"
                  .formatted(votes, votes - 1)
              + " fewer) makes it odd");
    }
  }

  private static boolean isPrime(int n) {
    for (int i = 2; i * i <= n; i++) {
      if (n % i == 0) {
        return false;
      }
    }
    return n > 1;
  }
}
