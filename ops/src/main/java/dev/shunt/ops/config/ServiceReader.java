package dev.shunt.ops.config;

import dev.shunt.node.HealthCheck;
import dev.shunt.node.RequestIds;
import dev.shunt.replication.AddressText;
import dev.shunt.scheduler.Algorithm;
import dev.shunt.scheduler.Vip;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads one item of {@code services:}. */
final class ServiceReader {

  private static final InetSocketAddress NOWHERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
  static final ScalarType<String> SERVER_NAME =
      Scalars.matching(
          "1 to 63 of letters, digits, '.', '_' and '-', beginning with a letter or digit",
          "[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final ScalarType<String> RANGE = Scalars.text("a range such as 10.0.0.0/8", 64);
  private static final Pattern RANGE_FORM =
      Pattern.compile("([0-9A-Fa-f:.]{2,45})(?:/([0-9]{1,3}))?");
  static final ScalarType<String> ADDRESS_RANGE =
      new ScalarType<>(RANGE.allowed(), t -> RANGE.parse(t).filter(ServiceReader::isRange));
  private static final ScalarType<String> SETTING =
      Scalars.text("text, a number, a truth, or a list of them", 4096);
  private static final int MAX_SETTINGS = 64;
  private static final int MAX_ITEMS = 1024;

  private final Section section;
  private final boolean inArray;
  private final Optional<Path> directory;
  private final StageSettings.Check stageCheck;
  private final List<Value> stagesAt = new ArrayList<>();
  private List<Value> serversAt = List.of();

  /**
   * @param directory that relative paths are taken from; empty: no file is looked into
   */
  ServiceReader(
      Section section, boolean inArray, Optional<Path> directory, StageSettings.Check stageCheck) {
    this.directory = directory;
    this.section = section;
    this.inArray = inArray;
    this.stageCheck = stageCheck;
  }

  Value at(String key) {
    return section.at(key);
  }

  /** Of each direct server, where an error about its address belongs. */
  List<Value> serversAt() {
    return serversAt;
  }

  /** The key that an error about the frontend belongs to. */
  Value frontendAt() {
    return section.at(section.has("vip") ? "vip" : "listen");
  }

  ServiceConfig read() {
    String name = section.require("name", ConfigReader.NAME, "");
    ServiceMode mode = section.get("mode", Scalars.oneOf(ServiceMode.class), ServiceMode.HTTP);
    Frontend frontend = frontend();
    Optional<DirectReader> direct =
        mode == ServiceMode.DIRECT
            ? Optional.of(new DirectReader(section, serverItems(), frontend.port()))
            : Optional.empty();
    Algorithm algorithm =
        section.get("algorithm", Scalars.oneOf(Algorithm.class), Algorithm.MAGLEV);
    ServerAlgorithm serverAlgorithm =
        section.get(
            "server_algorithm", Scalars.oneOf(ServerAlgorithm.class), ServerAlgorithm.ROUND_ROBIN);
    AdmissionReader admission = new AdmissionReader(section, frontend, mode);
    TlsReader tls = new TlsReader(section, directory);
    PathReader paths = new PathReader(section);
    RelayReader relay = new RelayReader(section, mode);
    DatagramReader datagrams = new DatagramReader(section, mode, frontend);
    List<ServerConfig> servers = direct.map(DirectReader::servers).orElseGet(this::servers);
    ServiceConfig service =
        new ServiceConfig(
            name,
            mode,
            frontend,
            direct.map(DirectReader::protocol).orElse(datagrams.protocol()),
            algorithm,
            serverAlgorithm,
            new HashReader(section, mode, serverAlgorithm).hash(),
            new RuleReader(section, mode, servers).rules(),
            new PolicyReader(section, mode).policy(admission.goal()),
            servers,
            paths.labels(),
            admission.admission(),
            new CookieReader(section).read(mode, frontend, paths.everyone()),
            paths.everyone(),
            paths.answers(),
            direct.map(DirectReader::health).orElseGet(() -> health(mode)),
            datagrams.limits().orElseGet(relay::limits),
            datagrams.timeouts().orElseGet(relay::timeouts),
            forwarding(),
            relay.http2(),
            tls.termination(mode),
            tls.toServers(mode),
            ToServersReader.read(section, mode),
            datagrams.checked(relay.proxy()),
            relay.relay(servers),
            datagrams.relay(),
            stages());
    direct.ifPresent(d -> {
      d.check(algorithm);
      serversAt = d.serversAt();
    });
    admission.check(algorithm, service.protocol(), service.health(), service.isDirect());
    paths.check(mode, frontend, algorithm);
    section.finish();
    for (int i = 0; i < stagesAt.size(); i++) {
      check(service, service.stages().get(i), stagesAt.get(i));
    }
    return service;
  }

  private Frontend frontend() {
    Optional<InetSocketAddress> listen = section.find("listen", Scalars.ENDPOINT);
    Optional<InetAddress> vip = section.find("vip", Scalars.ADDRESS);
    Optional<Integer> port = section.find("port", Scalars.PORT);
    if (section.has("listen")) {
      for (String other : new String[] {"vip", "port"}) {
        if (section.has(other)) {
          section.at(other).report(other + " beside listen", "either listen, or vip and port");
        }
      }
      return new Frontend.Listen(listen.orElse(NOWHERE));
    }
    if (!section.has("vip")) {
      section.missing("listen", "an address and port to listen on, or vip and port");
    } else if (!section.has("port")) {
      section.missing("port", Scalars.PORT.allowed());
    }
    if (section.has("vip") && !inArray) {
      section.at("vip").report("a vip without array", "a vip only where array: names the members");
    }
    InetAddress address = vip.orElse(NOWHERE.getAddress());
    if (vip.isPresent()
        && (address.isMulticastAddress()
            || address.isAnyLocalAddress()
            || address.isLoopbackAddress()
            || address.isLinkLocalAddress())) {
      section
          .at("vip")
          .report(section.at("vip").describe(), "a unicast address that routers forward");
    }
    return new Frontend.Virtual(new Vip(address), port.orElse(1));
  }

  private HealthCheck health(ServiceMode mode) {
    return mode == ServiceMode.UDP
        ? section.section("health").map(HealthReader::ofDatagrams).orElse(HealthCheck.none())
        : section.section("health").map(HealthReader::ofServers).orElse(HealthCheck.tcp());
  }

  private List<Value> serverItems() {
    Optional<Value> list = section.value("servers");
    if (list.isEmpty()) {
      section.missing("servers", "a list of at least one server");
      return List.of();
    }
    List<Value> items = list.get().items(ServiceConfig.MAX_SERVERS);
    if (items.isEmpty() && list.get().isList()) {
      list.get().report("no servers", "a list of at least one server");
    }
    return items;
  }

  private List<ServerConfig> servers() {
    List<ServerConfig> servers = new ArrayList<>();
    Uniqueness names = new Uniqueness("a name that no other server of the service has");
    for (Value item : serverItems()) {
      if (item.isMapping()) {
        Section server = new Section(item);
        ServerConfig read = server(server);
        names.check(read.name(), server.at(server.has("name") ? "name" : "address"));
        servers.add(read);
      } else {
        Optional<InetSocketAddress> address = item.as(Scalars.ENDPOINT);
        address.map(a -> new ServerConfig(AddressText.of(a), a, 1)).ifPresent(servers::add);
        address.ifPresent(a -> names.check(AddressText.of(a), item));
      }
    }
    return servers;
  }

  private static ServerConfig server(Section server) {
    InetSocketAddress address = server.require("address", Scalars.ENDPOINT, NOWHERE);
    String name = server.find("name", SERVER_NAME).orElse("");
    int weight = server.get("weight", Scalars.integer(1, ServerConfig.MAX_WEIGHT), 1);
    server.finish();
    boolean unnamed = !server.has("name") && server.has("address");
    return new ServerConfig(unnamed ? AddressText.of(address) : name, address, weight);
  }

  private ForwardingConfig forwarding() {
    return section
        .section("forwarding")
        .map(ServiceReader::forwarding)
        .orElse(ForwardingConfig.DEFAULT);
  }

  private static ForwardingConfig forwarding(Section section) {
    List<String> trusted = new ArrayList<>();
    for (Value item :
        section
            .value("trusted")
            .map(v -> v.items(ForwardingConfig.MAX_TRUSTED))
            .orElse(List.of())) {
      item.as(ADDRESS_RANGE).ifPresent(trusted::add);
    }
    boolean via = section.get("via", Scalars.BOOLEAN, false);
    RequestIds ids = section.get("request_id", Scalars.oneOf(RequestIds.class), RequestIds.OFF);
    section.finish();
    return new ForwardingConfig(trusted, via, ids);
  }

  private static boolean isRange(String text) {
    var matcher = RANGE_FORM.matcher(text);
    if (!matcher.matches()) {
      return false;
    }
    String address = matcher.group(1);
    boolean ipv6 = address.indexOf(':') >= 0;
    String prefix = matcher.group(2);
    return Scalars.ENDPOINT.parse((ipv6 ? "[" + address + "]" : address) + ":1").isPresent()
        && (prefix == null || Integer.parseInt(prefix) <= (ipv6 ? 128 : 32));
  }

  private List<StageSettings> stages() {
    List<StageSettings> stages = new ArrayList<>();
    for (Value item :
        section.value("stages").map(v -> v.items(ServiceConfig.MAX_STAGES)).orElse(List.of())) {
      stage(item)
          .ifPresent(stage -> {
            stagesAt.add(item);
            stages.add(stage);
          });
    }
    return stages;
  }

  /** {@code - cookie}, or {@code - cookie: {name: X}}. */
  private Optional<StageSettings> stage(Value item) {
    if (item.isScalar()) {
      return item.as(ConfigReader.NAME).map(name -> new StageSettings(name, Map.of()));
    }
    Optional<Map.Entry<String, Value>> only = item.onlyEntry();
    if (only.isEmpty()) {
      item.report(item.describe(), "the name of a stage with its settings: {cookie: {name: X}}");
      return Optional.empty();
    }
    Map<String, String> settings = new TreeMap<>();
    Value body = only.get().getValue();
    if (!body.isNull()) {
      Section keys = new Section(body);
      List<String> names = keys.names();
      if (names.size() > MAX_SETTINGS) {
        body.report(names.size() + " settings", "at most " + MAX_SETTINGS);
        return Optional.empty();
      }
      names.forEach(key ->
          keys.value(key).flatMap(ServiceReader::setting).ifPresent(v -> settings.put(key, v)));
    }
    return ConfigReader.NAME
        .parse(only.get().getKey())
        .map(name -> new StageSettings(name, settings))
        .or(() -> {
          item.report(
              "a stage's name '" + Value.printable(only.get().getKey(), 40) + "'",
              ConfigReader.NAME.allowed());
          return Optional.empty();
        });
  }

  /** One text, or a list of texts as lines. */
  private static Optional<String> setting(Value value) {
    if (!value.isList()) {
      return value.as(SETTING);
    }
    List<String> lines = new ArrayList<>();
    value.items(MAX_ITEMS).forEach(item -> item.as(SETTING).ifPresent(lines::add));
    return Optional.of(String.join("\n", lines));
  }

  private void check(ServiceConfig service, StageSettings stage, Value at) {
    try {
      stageCheck.check(service, stage);
    } catch (IllegalArgumentException e) {
      at.report(Value.printable(String.valueOf(e.getMessage()), 300), "");
    }
  }
}
