package dev.shunt.ops.config;

import dev.shunt.cluster.MemberId;
import dev.shunt.node.NodeConfig;
import dev.shunt.replication.Protocol;
import dev.shunt.scheduler.Encap;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns the tree of a file into records, reporting everything that is wrong on the way. */
final class ConfigReader {

  /** Names of arrays and services: the same form as a member's, safe in paths and metrics. */
  static final ScalarType<String> NAME =
      Scalars.matching("1 to 32 of a-z, 0-9 and -, beginning with a letter", MemberId.ALLOWED);

  private static final int MAX_PATH = 4096;
  private static final ScalarType<String> SOCKET = Scalars.text("a file's path", MAX_PATH);
  private static final ScalarType<String> DIRECTORY = Scalars.text("a directory's path", MAX_PATH);

  private final Problems problems;
  private final boolean opensFiles;
  private StageSettings.Check stages;

  ConfigReader(Problems problems, StageSettings.Check stages) {
    this(problems, stages, true);
  }

  private ConfigReader(Problems problems, StageSettings.Check stages, boolean opensFiles) {
    this.problems = problems;
    this.stages = stages;
    this.opensFiles = opensFiles;
  }

  /** For a host that has none of the files that the configuration names. */
  static ConfigReader ofWitness(Problems problems) {
    return new ConfigReader(problems, StageSettings.Check.ANY, false);
  }

  /** Whatever comes back is only valid if there are no problems. */
  ConfigFile read(Path path, Value root) {
    Section top = new Section(root);
    Optional<ArrayReader> array = top.section("array").map(ArrayReader::new);
    NodeSettings node = top.section("node").map(this::node).orElse(NodeSettings.DEFAULT);
    Optional<Section> admin = top.section("admin");
    Optional<String> socket = admin.flatMap(a -> a.find("socket", SOCKET));
    Optional<InetSocketAddress> listen = admin.flatMap(this::adminListen);
    admin.ifPresent(Section::finish);
    Optional<Path> plugins = plugins(top, directoryOf(path));
    List<ServiceConfig> services =
        services(top, array, opensFiles ? Optional.of(directoryOf(path)) : Optional.empty());
    top.finish();
    return new ConfigFile(
        path,
        array.isPresent()
            ? array.get().read(node, services)
            : ArrayConfig.standalone(node, services),
        new LocalDefaults(
            array.flatMap(ArrayReader::networkInterface),
            array.flatMap(ArrayReader::secret),
            socket,
            listen,
            plugins),
        problems.warnings());
  }

  /** Where a configuration lies: relative paths in it are taken from there. */
  static Path directoryOf(Path configuration) {
    Path parent = configuration.toAbsolutePath().getParent();
    return parent == null ? configuration.toAbsolutePath() : parent;
  }

  /** Where plug-in jars are, whose stages are known from here on. */
  private Optional<Path> plugins(Section top, Path directory) {
    Optional<Path> plugins = top.find("plugins", DIRECTORY).map(directory::resolve);
    try {
      stages = plugins.map(stages::with).orElse(stages);
    } catch (IllegalArgumentException e) {
      top.at("plugins").report(Value.printable(String.valueOf(e.getMessage()), 600), "");
      stages = StageSettings.Check.ANY;
    }
    return plugins;
  }

  private NodeSettings node(Section section) {
    NodeSettings d = NodeSettings.DEFAULT;
    NodeSettings node =
        new NodeSettings(
            section.get("event_loops", Scalars.integer(0, 256), d.eventLoops()),
            section.get("transport", Scalars.oneOf(TransportType.class), d.transport()),
            section.get(
                "drain_time", Scalars.duration(Duration.ZERO, Duration.ofHours(1)), d.drainTime()),
            section.get(
                "buffered_bytes",
                Scalars.size(NodeConfig.MIN_BUFFERED_BYTES, NodeConfig.MAX_BUFFERED_BYTES),
                d.bufferedBytes()));
    section.finish();
    return node;
  }

  private Optional<InetSocketAddress> adminListen(Section admin) {
    Optional<InetSocketAddress> listen = admin.find("listen", Scalars.ENDPOINT);
    if (listen.isPresent() && !listen.get().getAddress().isLoopbackAddress()) {
      admin
          .at("listen")
          .report(
              admin.at("listen").describe(),
              "a loopback address and a port such as 127.0.0.1:7980");
    }
    return listen;
  }

  /**
   * @param array empty without one
   * @param directory that files of services are relative to; empty: they are not looked into
   */
  private List<ServiceConfig> services(
      Section top, Optional<ArrayReader> array, Optional<Path> directory) {
    Optional<Value> list = top.value("services");
    if (list.isEmpty()) {
      top.missing("services", "a list of at least one service");
      return List.of();
    }
    List<Value> items = list.get().items(ServiceConfig.MAX_SERVICES);
    if (items.isEmpty() && list.get().isList()) {
      list.get().report("no services", "a list of at least one service");
    }
    List<ServiceConfig> services = new ArrayList<>();
    Uniqueness names = new Uniqueness("a name that no other service has");
    Uniqueness frontends = new Uniqueness("an address and port that no other service has");
    TunnelEnds ends = array.map(ArrayReader::ends).orElseGet(() -> new TunnelEnds(Encap.ETHERNET));
    PathReader.WholeVips vips = new PathReader.WholeVips();
    for (Value item : items) {
      boolean inArray = array.isPresent();
      ServiceReader reader = new ServiceReader(new Section(item), inArray, directory, stages);
      ServiceConfig service = reader.read();
      names.check(service.name(), reader.at("name"));
      frontends.check(frontend(service), reader.frontendAt());
      ends.check(service, reader);
      vips.check(service, reader.frontendAt());
      services.add(service);
    }
    return services;
  }

  /** The same port is another one by another protocol. */
  private static String frontend(ServiceConfig service) {
    String text = service.frontend().toString();
    return service.protocol() == Protocol.TCP
        ? text
        : text + "/" + Scalars.keyword(service.protocol());
  }
}
