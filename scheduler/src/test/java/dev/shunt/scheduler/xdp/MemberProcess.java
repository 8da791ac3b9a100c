package dev.shunt.scheduler.xdp;

import static org.awaitility.Awaitility.await;

import dev.shunt.cluster.Lease;
import dev.shunt.cluster.Term;
import dev.shunt.cluster.Ticker;
import dev.shunt.scheduler.Admission;
import dev.shunt.scheduler.AdmissionState;
import dev.shunt.scheduler.Algorithm;
import dev.shunt.scheduler.Balance;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.DispatchTable;
import dev.shunt.scheduler.Encap;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.ReturnPath;
import dev.shunt.scheduler.RowBuilder;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.SynCookies;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.TargetState;
import dev.shunt.scheduler.balance.Maglev;
import dev.shunt.scheduler.balance.Rows;
import dev.shunt.scheduler.vip.NextHops;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A member of the live tests, run as a process of its own inside a network namespace: the data
 * plane and a TCP server on the VIP that says who it is. Obeys commands on standard input, one a
 * line, and answers each with one line.
 */
final class MemberProcess {

  private static final Pattern MAC = Pattern.compile("=[0-9a-f]{2}(:[0-9a-f]{2}){5}$");
  private static final String SERVER = "server:";
  private static final int ROW = 101;
  private static final int BLOCK = 10_000;
  private static final int PAIRS = 1000;
  private static final int MAX_DATAGRAM = 65_535;

  private final String name;
  private final XdpDataPlane plane;
  private List<Target> targets;
  private Supplier<List<Target>> resolve;
  private String only = "";
  private boolean labels;
  private Admission admission = Admission.NONE;
  private SynCookies cookies = SynCookies.OFF;
  private boolean switched;

  private MemberProcess(
      String name, Path pins, List<Target> targets, Optional<InetAddress> tunnelEnd) {
    this.name = name;
    this.targets = targets;
    this.resolve = () -> targets;
    XdpConfig config = new XdpConfig("eth0", pins, 1000, ROW, 4, 1 << 16, 0, tunnelEnd);
    plane = new XdpDataPlane(config, Ticker.system());
  }

  /**
   * Arguments: own name, pin directory, then {@code name=mac} of every member, or {@code
   * name=address} of every one where labels go in UDP, of a direct server {@code
   * name=server:address}.
   */
  public static void main(String[] args) throws Exception {
    if (!MAC.matcher(args[2]).find()) {
      far(args);
      return;
    }
    List<Target> targets = new ArrayList<>();
    for (int i = 2; i < args.length; i++) {
      String[] member = args[i].split("=", -1);
      targets.add(
          new Target(
              Target.labelOf(i - 2),
              member[0],
              InetAddress.getLoopbackAddress(),
              MacAddress.parse(member[1]),
              TargetState.UP,
              1,
              member[0].equals(args[0]),
              true,
              true));
    }
    new MemberProcess(args[0], Path.of(args[1]), targets, Optional.empty()).run();
  }

  private static void far(String[] args) throws Exception {
    Map<String, InetAddress> members = new LinkedHashMap<>();
    Set<String> servers = new HashSet<>();
    for (int i = 2; i < args.length; i++) {
      String[] member = args[i].split("=", -1);
      if (member[1].startsWith(SERVER)) {
        servers.add(member[0]);
      }
      members.put(member[0], InetAddress.ofLiteral(member[1].replaceFirst(SERVER, "")));
    }
    List<InetAddress> others = new ArrayList<>(members.values());
    InetAddress own = Objects.requireNonNull(members.get(args[0]));
    others.remove(own);
    NextHops hops = new NextHops("eth0", others).start();
    await().until(() -> hops.read().keySet().containsAll(others));
    MemberProcess process =
        new MemberProcess(args[0], Path.of(args[1]), List.of(), Optional.of(own));
    process.resolve = () -> process.far(members, servers, hops.read());
    process.targets = process.resolve.get();
    process.run();
  }

  private List<Target> far(
      Map<String, InetAddress> members, Set<String> servers, Map<InetAddress, MacAddress> hops) {
    List<Target> found = new ArrayList<>();
    members.forEach((member, address) ->
        found.add(
            new Target(
                Target.labelOf(found.size()),
                member,
                address,
                hops.getOrDefault(address, new MacAddress(0)),
                TargetState.UP,
                1,
                member.equals(name),
                Optional.of(Encap.UDP),
                true,
                servers.contains(member))));
    return found;
  }

  private void run() throws DataPlaneException, IOException {
    plane.open(events -> {});
    apply(targets);
    for (Service service : List.of(World.HTTP, World.HTTP6)) {
      ServerSocket server = new ServerSocket(World.HTTP_PORT, 50, service.vip().address());
      Thread.ofPlatform().daemon().start(() -> serve(server));
    }
    for (Service service : List.of(World.DNS, World.DNS6)) {
      DatagramSocket server = new DatagramSocket(World.DNS_PORT, service.vip().address());
      Thread.ofPlatform().daemon().start(() -> serve(server));
    }
    say("ready adopted=" + plane.adopted());
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      say(obey(line));
    }
  }

  private String obey(String line) throws DataPlaneException {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "lease" ->
          plane.lease(
              new Lease(new Term(1), System.nanoTime() + Long.parseLong(words[1]) * 1_000_000L));
      case "share" -> plane.share(System.nanoTime() + Long.parseLong(words[1]) * 1_000_000L);
      case "everyone" -> everyone(List.of(words).subList(1, words.length));
      case "announce" -> plane.announce();
      case "labels" -> {
        labels = true;
        apply(takeNew());
        plane.offerPairs(IntStream.range(0, PAIRS).toArray());
      }
      case "resolve" -> {
        targets = resolve.get();
        apply(takeNew());
        return targets.stream().map(t -> t.name() + "=" + t.mac()).toList().toString();
      }
      case "admit" -> {
        admission = new Admission(Integer.parseInt(words[1]), 0, 0, 1, Duration.ofMillis(1), false);
        apply(targets.stream().filter(t -> !t.local()).toList());
      }
      case "shed" -> shed();
      case "cookies" -> {
        cookies = new SynCookies(SynCookies.Use.valueOf(words[1]), SynCookies.DEFAULT_FLOOD);
        long wall = System.currentTimeMillis() * 1_000_000;
        plane.cookieKeys(wall - System.nanoTime(), CookieModel.KEYS.at(wall));
        apply(targets);
      }
      case "obstacle" -> {
        return plane.cookieObstacle().orElse("none");
      }
      case "switched" -> {
        switched = true;
        apply(targets);
        plane.offerPairs(IntStream.range(0, PAIRS).toArray());
      }
      case "only" -> {
        only = words[1];
        apply(takeNew());
      }
      case "outcome" -> {
        return String.valueOf(plane.outcomes().get(words[1]));
      }
      case "sessions" -> {
        return String.valueOf(plane.sessions().size());
      }
      case "uninstall" -> plane.uninstall();
      default -> throw new IllegalArgumentException(line);
    }
    return "done";
  }

  private void shed() throws DataPlaneException {
    plane.shed(
        Map.of(
            service(World.HTTP),
            AdmissionState.ALL,
            service(World.HTTP6),
            AdmissionState.ALL,
            World.DNS,
            AdmissionState.ALL,
            World.DNS6,
            AdmissionState.ALL));
  }

  private List<Target> takeNew() {
    return targets.stream().filter(t -> only.isEmpty() || t.name().equals(only)).toList();
  }

  private void apply(List<Target> takeNew) throws DataPlaneException {
    List<RowBuilder.Candidate> candidates =
        targets.stream()
            .map(t -> new RowBuilder.Candidate(t.label(), t.name(), 1, takeNew.contains(t)))
            .toList();
    DispatchRow row = Maglev.row(candidates, ROW);
    plane.apply(
        new DispatchTable(
            targets,
            Map.of(
                service(World.HTTP),
                row,
                service(World.HTTP6),
                row,
                World.DNS.with(admission),
                row,
                World.DNS6.with(admission),
                row)));
  }

  /** The HTTP services are everyone's from now on, and new flows go to these members only. */
  private void everyone(List<String> takeNew) throws DataPlaneException {
    List<RowBuilder.Candidate> candidates =
        targets.stream()
            .map(t ->
                new RowBuilder.Candidate(t.label(), t.name(), 1, takeNew.contains(t.name()), true))
            .toList();
    DispatchRow row = Rows.build(Algorithm.SUM5, candidates, ROW);
    plane.apply(
        new DispatchTable(targets, Map.of(shared(World.HTTP), row, shared(World.HTTP6), row)));
  }

  private static Service shared(Service as) {
    Balance balance = new Balance(Algorithm.SUM5, List.of(), true, true);
    return new Service(as.name(), as.vip(), as.port(), as.protocol(), balance);
  }

  private Service service(Service as) {
    return as.with(admission)
        .with(cookies)
        .with(switched ? ReturnPath.SWITCHED : ReturnPath.DIRECT)
        .withLabels(labels || switched);
  }

  /** To each client: this member's name, then as many bytes as its line asks for. */
  private void serve(ServerSocket server) {
    while (true) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
      int bytes = Integer.parseInt(in.readLine().strip());
      client.getOutputStream().write((name + "\n").getBytes(StandardCharsets.UTF_8));
      for (int sent = 0; sent < bytes; sent += BLOCK) {
        client.getOutputStream().write(new byte[Math.min(BLOCK, bytes - sent)]);
      }
    } catch (IOException e) {
      // The client sees the end of the connection, which is what its test looks at.
      System.err.println(name + ": " + e);
    }
  }

  /** To each datagram: this member's name, and how long it was. */
  private void serve(DatagramSocket server) {
    DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
    while (true) {
      try {
        packet.setLength(MAX_DATAGRAM);
        server.receive(packet);
        byte[] answer = (name + " " + packet.getLength() + "\n").getBytes(StandardCharsets.UTF_8);
        server.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  private static void say(String line) {
    PrintStream out = System.out;
    out.println(line);
    out.flush();
  }
}
