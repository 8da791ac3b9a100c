package dev.shunt.ops.daemon;

import dev.shunt.ops.admin.model.SessionEntry;
import dev.shunt.ops.config.ArrayConfig;
import dev.shunt.ops.config.Frontend;
import dev.shunt.ops.config.ServerConfig;
import dev.shunt.ops.config.ServiceConfig;
import dev.shunt.replication.AddressText;
import dev.shunt.replication.Protocol;
import dev.shunt.replication.Session;
import dev.shunt.scheduler.DirectServer;
import dev.shunt.scheduler.Target;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/** What the admin API says about one session. */
final class SessionReport {

  private final Map<Served, String> services = new HashMap<>();
  private final Map<Integer, String> targets = new HashMap<>();
  private final LongSupplier wallClockMillis;

  private record Served(Protocol protocol, InetSocketAddress at) {}

  SessionReport(ArrayConfig config, LongSupplier wallClockMillis) {
    this.wallClockMillis = wallClockMillis;
    for (ServiceConfig service : config.services()) {
      if (service.frontend() instanceof Frontend.Virtual(var vip, int port)) {
        services.put(
            new Served(service.protocol(), new InetSocketAddress(vip.address(), port)),
            service.name());
      }
    }
    for (int ordinal = 0; ordinal < config.members().size(); ordinal++) {
      targets.put(Target.labelOf(ordinal), config.members().get(ordinal).id().value());
    }
    int ordinal = config.members().size();
    for (ServiceConfig service : config.services()) {
      for (ServerConfig server : service.isDirect() ? service.servers() : List.<ServerConfig>of()) {
        String name = DirectServer.targetName(service.name(), server.name());
        targets.put(Target.labelOf(ordinal++), name);
      }
    }
  }

  /** The name of a target. */
  String target(int label) {
    return targets.getOrDefault(label, Integer.toString(label));
  }

  SessionEntry entry(Session session) {
    InetSocketAddress destination = session.flow().destination();
    return new SessionEntry(
        session.flow().id(),
        session.flow().protocol().name().toLowerCase(Locale.ROOT),
        AddressText.of(session.flow().source()),
        AddressText.of(destination),
        services.get(new Served(session.flow().protocol(), destination)),
        target(session.target()),
        session.target(),
        session.label().isPresent() ? session.label().forth() : null,
        session.label().isPresent() ? session.label().back() : null,
        session.state().name().toLowerCase(Locale.ROOT),
        session.term().toString(),
        Math.max(0, wallClockMillis.getAsLong() - session.sinceMillis()));
  }
}
