package dev.shunt.ops.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An array with client, servers and switch in network namespaces of this machine.
 *
 * <p>Everything it starts runs inside its namespaces, so that it can always be found and ended. A
 * lab that is bound to its owner ends with {@link #close} or with this process, whichever is first
 * and however that happens; a persistent one ends with {@link #down}. Needs root. Thread-safe.
 */
public final class Lab implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SCHEDULER_LIMIT = Duration.ofSeconds(5);

  private final LabTopology topology;
  private final LabPaths paths;
  private final LabHosts hosts;
  private final @Nullable LabReaper reaper;

  private Lab(LabTopology topology, LabJvm jvm, @Nullable LabReaper reaper) {
    this.topology = topology;
    this.paths = new LabPaths(topology.name());
    this.hosts = new LabHosts(topology, paths, jvm);
    this.reaper = reaper;
  }

  /** Builds a lab and starts what runs in it; it is not waited for ({@link #awaitArray}). */
  public static Lab up(LabOptions options) {
    return up(options, step -> {});
  }

  /** The same, telling {@code progress} what it is about to do. */
  public static Lab up(LabOptions options, Consumer<String> progress) {
    LabTopology topology = options.topology();
    LabTools.require(progress);
    LabReaper.sweep()
        .forEach(lab -> progress.accept("swept away lab " + lab + ": its owner is gone"));
    LabPaths paths = new LabPaths(topology.name());
    claim(topology, paths);
    LabReaper guard = LabReaper.guard(paths);
    try {
      progress.accept("network: %d namespaces and a switch".formatted(topology.hosts().size()));
      LabNetwork.mountBpfFileSystem();
      new LabNetwork(topology).create(LabNetwork.extractPassProgram(paths.dir()));
      configure(options, topology, paths);
      Lab lab = new Lab(topology, options.jvm(), options.ownerBound() ? guard : null);
      lab.start(options, progress);
      if (!options.ownerBound()) {
        Files.writeString(paths.owner(), LabReaper.NO_OWNER);
        guard.close();
      }
      return lab;
    } catch (RuntimeException | IOException e) {
      guard.close();
      throw e instanceof LabException known
          ? known
          : new LabException("lab " + topology.name() + ": " + e.getMessage(), e);
    }
  }

  /** A lab that was built by another process. */
  public static Lab attach(String name) {
    return attach(name, LabJvm.current());
  }

  static Lab attach(String name, LabJvm jvm) {
    LabPaths paths = new LabPaths(name);
    if (!Files.exists(paths.topology())) {
      throw new LabException("lab '%s': there is none; there are %s".formatted(name, list()));
    }
    try {
      return new Lab(JSON.readValue(paths.topology().toFile(), LabTopology.class), jvm, null);
    } catch (IOException e) {
      throw new LabException(paths.topology() + ": " + e.getMessage(), e);
    }
  }

  /** Names of the labs on this machine. */
  public static List<String> list() {
    return LabReaper.labs();
  }

  /** Ends a lab, whoever built it. */
  public static void down(String name) {
    LabPaths paths = new LabPaths(name);
    if (!Files.isDirectory(paths.dir())) {
      throw new LabException("lab '%s': there is none; there are %s".formatted(name, list()));
    }
    LabReaper.end(paths);
  }

  public LabTopology topology() {
    return topology;
  }

  public LabPaths paths() {
    return paths;
  }

  /** Starting, signalling and asking after what runs on the hosts. */
  public LabHosts hosts() {
    return hosts;
  }

  public LabHost client() {
    return topology.client();
  }

  /** A member by number, from 1. */
  public LabHost member(int number) {
    return topology.require("m" + number);
  }

  /** The admin interface of a member. */
  public MemberAdmin admin(String member) {
    return new MemberAdmin(topology.require(member).name(), paths.socket(member));
  }

  public LabFaults faults() {
    return new LabFaults(this);
  }

  /** Starts a load client in the client's namespace. */
  public LoadHandle load(LoadOptions options) {
    return LoadHandle.start(hosts, options);
  }

  /** Starts the label edge of a server's or the client's host, for the service that has labels. */
  public LabEdge edge(String host) {
    return LabEdge.start(hosts, topology.require(host), paths, List.of());
  }

  /** The same for a server's host to which members send labels in UDP. */
  public LabEdge tunnelledEdge(String server) {
    LabHost host = topology.require(server);
    return LabEdge.start(hosts, host, paths, LabEdge.tunnelsTo(host, topology.memberHosts()));
  }

  /** Starts a capture at the switch's port of a host: what it sends and what is sent to it. */
  public Capture capture(String host, String filter, int maxFrames) {
    return Capture.start(topology, paths, host, filter, maxFrames);
  }

  /**
   * Runs a program in a host's namespace to its end and answers its output; failure is an error.
   */
  public String exec(String host, String... command) {
    return Shell.run(Shell.inNamespace(topology.require(host).namespace(), List.of(command)), "");
  }

  /** The same for one that takes long: at most this time. */
  public String exec(Duration limit, String host, String... command) {
    String namespace = topology.require(host).namespace();
    return Shell.run(Shell.inNamespace(namespace, List.of(command)), "", limit);
  }

  /** The scheduler, as the member with the highest term that calls itself so. */
  public Optional<MemberStatus> scheduler() {
    return statuses().stream()
        .filter(MemberStatus::isScheduler)
        .max((a, b) -> MemberStatus.compareTerms(a.term(), b.term()));
  }

  /** What each member that carries traffic and answers says of itself. */
  public List<MemberStatus> statuses() {
    List<MemberStatus> statuses = new ArrayList<>();
    for (LabHost member : topology.memberHosts()) {
      admin(member.name()).tryStatus().ifPresent(statuses::add);
    }
    return statuses;
  }

  /** {@code scheduler} and {@code node} are resolved to who that is now; other names stay. */
  public String resolve(String host) {
    return switch (host) {
      case "scheduler" -> awaitScheduler();
      case "node" ->
          statuses().stream()
              .filter(status -> !status.isScheduler())
              .map(MemberStatus::member)
              .findFirst()
              .orElseThrow(() -> new LabException("no member that is not scheduler answers"));
      default -> topology.require(host).name();
    };
  }

  private String awaitScheduler() {
    AtomicReference<String> name = new AtomicReference<>("");
    // Between two terms nobody is, for a moment.
    Waiting.until(
        SCHEDULER_LIMIT,
        () -> {
          scheduler().map(MemberStatus::member).ifPresent(name::set);
          return !name.get().isEmpty();
        },
        () -> "no member is scheduler: " + statuses());
    return name.get();
  }

  /**
   * Waits until one scheduler serves and all members that may be scheduler are eligible; an error
   * tells what is missing.
   */
  public void awaitArray(Duration limit) {
    Waiting.until(
        limit,
        () -> {
          List<MemberStatus> now = statuses();
          return agrees(now)
              && now.stream().filter(MemberStatus::eligible).count()
                  == topology.members() - topology.far().members();
        },
        () -> "the array is not complete: " + statuses() + "; logs in " + paths.dir());
  }

  /**
   * Whether all members answer, reach each other and take the same one for scheduler; the witness
   * too.
   */
  boolean agrees(List<MemberStatus> members) {
    List<MemberStatus> now = new ArrayList<>(members);
    topology.witnessHosts().forEach(w -> admin(w.name()).tryStatus().ifPresent(now::add));
    int voters = topology.voterHosts().size();
    return now.size() == voters
        && now.stream().allMatch(one -> one.present() == voters)
        && now.stream().filter(MemberStatus::isScheduler).count() == 1
        && now.stream().map(MemberStatus::scheduler).distinct().count() == 1;
  }

  /** Waits until every demo server answers. */
  public void awaitServers(Duration limit) {
    for (LabHost server : topology.contentHosts()) {
      String url = "http://%s:%d/health".formatted(server.address(), LabTopology.SERVER_PORT);
      List<String> ask =
          Shell.inNamespace(server.namespace(), List.of("curl", "-sf", "-m", "1", url));
      Waiting.until(
          limit,
          () -> Shell.attempt(ask, "", limit).ok(),
          () -> server.name() + " does not answer; its log is " + paths.log(server.name()));
    }
  }

  /** Copies configuration, logs and captures to a directory, for whoever looks into a failure. */
  public void collectEvidence(Path directory) {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(paths.dir(), "*.{log,pcap,yaml,json,pid}")) {
      Files.createDirectories(directory);
      for (Path file : files) {
        Files.copy(
            file,
            directory.resolve(file.getFileName()),
            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new LabException(directory + ": " + e.getMessage(), e);
    }
  }

  /** Ends the lab if it is bound to this process. */
  @Override
  public void close() {
    if (reaper != null) {
      reaper.close();
    }
  }

  private void start(LabOptions options, Consumer<String> progress) {
    progress.accept("%d servers".formatted(topology.servers()));
    topology.serverHosts().forEach(server -> hosts.start(server.name()));
    hosts.start(topology.cdn().name());
    if (options.daemons()) {
      progress.accept(
          "%d member daemons%s"
              .formatted(topology.members(), topology.witness() ? " and a witness" : ""));
      topology.voterHosts().forEach(member -> hosts.start(member.name()));
    }
  }

  /** Takes the name, and writes down from the start what a clean-up must know. */
  private static void claim(LabTopology topology, LabPaths paths) {
    try {
      Files.createDirectories(LabPaths.ROOT);
      Files.createDirectory(
          paths.dir(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Files.writeString(paths.namespaces(), String.join("\n", topology.namespaces()) + "\n");
      JSON.writeValue(paths.topology().toFile(), topology);
      LabProcess.self().write(paths.owner());
    } catch (FileAlreadyExistsException e) {
      throw new LabException(
          "lab '%1$s' is up already: shunt lab down --name %1$s, or take another name"
              .formatted(topology.name()),
          e);
    } catch (IOException e) {
      throw new LabException(paths.dir() + ": " + e.getMessage(), e);
    }
  }

  private static void configure(LabOptions options, LabTopology topology, LabPaths paths)
      throws IOException {
    LabSecret.write(paths.secret());
    LabCertificate.make(LabCertificate.HOST, paths.certificate(), paths.certificateKey());
    for (LabHost server : topology.serverHosts()) {
      LabCertificate.make(
          server.tlsName(), paths.certificate(server.name()), paths.certificateKey(server.name()));
    }
    Files.writeString(paths.config(), LabConfig.yaml(topology, paths.dir(), options.encap()));
    for (LabHost member : topology.voterHosts()) {
      Files.createDirectory(paths.state(member.name()));
    }
  }
}
