package dev.shunt.ops.daemon;

import dev.shunt.cluster.MemberAddress;
import dev.shunt.node.AddressRange;
import dev.shunt.node.Balancing;
import dev.shunt.node.Forwarding;
import dev.shunt.node.HttpService;
import dev.shunt.node.Listener;
import dev.shunt.node.NodeConfig;
import dev.shunt.node.Routing;
import dev.shunt.node.Server;
import dev.shunt.node.StageConfig;
import dev.shunt.node.StageHome;
import dev.shunt.node.TransportChoice;
import dev.shunt.ops.config.ArrayConfig;
import dev.shunt.ops.config.Frontend;
import dev.shunt.ops.config.LocalConfig;
import dev.shunt.ops.config.ServiceConfig;
import dev.shunt.replication.Protocol;
import dev.shunt.scheduler.Vip;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** The node's configuration, out of the array's. */
public final class NodeConfigs {

  private static final int IPV4_AND_TCP = 20 + 20;
  private static final int IPV6_AND_TCP = 40 + 20;

  private NodeConfigs() {}

  /**
   * @param directory that relative paths are taken from
   * @param mtu of the data interface; used only where a service has a VIP
   * @param cookieKey see {@link NodeConfig#cookieKey}
   * @param ticketKey see {@link NodeConfig#ticketKey}
   */
  public static NodeConfig of(
      ArrayConfig array,
      LocalConfig local,
      Path directory,
      int mtu,
      Supplier<byte[]> cookieKey,
      Supplier<byte[]> ticketKey) {
    return new NodeConfig(
        array.services().stream()
            .filter(s -> !s.isDirect())
            .map(s -> service(s, array, local, directory, mtu))
            .toList(),
        array.node().eventLoops(),
        TransportChoice.valueOf(array.node().transport().name()),
        cookieKey,
        ticketKey,
        array.node().drainTime(),
        array.node().bufferedBytes() > 0
            ? array.node().bufferedBytes()
            : NodeConfig.DEFAULT_BUFFERED_BYTES,
        new StageHome(List.of(), local.stateDirectory()));
  }

  private static HttpService service(
      ServiceConfig service, ArrayConfig array, LocalConfig local, Path directory, int mtu) {
    return new HttpService(
        service.name(),
        listeners(service, array, local, mtu),
        service.servers().stream().map(s -> new Server(s.name(), s.address(), s.weight())).toList(),
        new Routing(
            Balancing.valueOf(service.serverAlgorithm().name()), service.hash(), service.rules()),
        service.policy(),
        service.health(),
        service.limits(),
        service.timeouts(),
        new Forwarding(
            service.forwarding().trusted().stream().map(AddressRange::parse).toList(),
            service.forwarding().via(),
            service.forwarding().requestIds()),
        service.http2(),
        service.tls().map(tls -> tls.in(directory)),
        service.serverTls().map(tls -> tls.in(directory)),
        service.toServers(),
        service.proxy(),
        service.tcp(),
        service.udp(),
        service.stages().stream().map(s -> new StageConfig(s.name(), s.settings())).toList());
  }

  /**
   * A VIP's port is served on the member's own address too, for checks that go past the VIP. Of the
   * services of one port, on several VIPs, the first has it.
   */
  private static List<Listener> listeners(
      ServiceConfig service, ArrayConfig array, LocalConfig local, int mtu) {
    return switch (service.frontend()) {
      case Frontend.Listen(InetSocketAddress address) -> List.of(Listener.on(address));
      case Frontend.Virtual(var vip, int port) -> {
        Listener onVip =
            Listener.onVip(
                new InetSocketAddress(vip.address(), port),
                service.udp().isPresent() ? 0 : maxSegment(vip, array, mtu));
        yield service.equals(firstOfPort(array, service.protocol(), port))
            ? List.of(onVip, Listener.on(new InetSocketAddress(ownAddress(array, local), port)))
            : List.of(onVip);
      }
    };
  }

  private static int maxSegment(Vip vip, ArrayConfig array, int mtu) {
    return mtu
        - array.overhead()
        - (vip.address() instanceof Inet4Address ? IPV4_AND_TCP : IPV6_AND_TCP);
  }

  private static ServiceConfig firstOfPort(ArrayConfig array, Protocol protocol, int port) {
    return array.services().stream()
        .filter(s -> !s.isDirect() && s.protocol() == protocol)
        .filter(s -> s.frontend() instanceof Frontend.Virtual(_, int other) && other == port)
        .findFirst()
        .orElseThrow();
  }

  private static InetAddress ownAddress(ArrayConfig array, LocalConfig local) {
    return array.members().stream()
        .filter(m -> m.id().equals(local.member()))
        .map(MemberAddress::address)
        .findFirst()
        .orElseThrow();
  }
}
