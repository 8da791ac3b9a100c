package dev.shunt.ops.config;

import dev.shunt.node.Meters;
import dev.shunt.node.RoutingRule;
import dev.shunt.node.Server;
import dev.shunt.node.StageContext;
import dev.shunt.node.StageProvider;
import dev.shunt.replication.local.LocalBindings;
import java.time.Instant;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * Asks the stages' own providers, those of plug-in jars included, whether a configuration's stages
 * exist and take their settings.
 */
public final class StageProviders implements StageSettings.Check {

  /** Stands in for the members' secret, which a check has not. */
  private static final byte[] NO_KEY = new byte[32];

  /** Nothing of what is checked is read. */
  private static final Meters NO_METERS =
      new Meters() {
        @Override
        public void counter(String name, LongSupplier value) {}

        @Override
        public void gauge(String name, LongSupplier value) {}
      };

  @Override
  public void check(ServiceConfig service, StageSettings stage) {
    List<Server> servers =
        service.servers().stream().map(s -> new Server(s.name(), s.address(), s.weight())).toList();
    StageContext context =
        new StageContext(
            service.name(),
            servers,
            service.rules().stream().map(RoutingRule::servers).toList(),
            stage.settings(),
            () -> NO_KEY.clone(),
            new LocalBindings(() -> Instant.EPOCH),
            NO_METERS);
    Set<String> names = new TreeSet<>();
    for (StageProvider provider : ServiceLoader.load(StageProvider.class)) {
      if (provider.name().equals(stage.name())) {
        var _ = provider.configure(context);
        return;
      }
      names.add(provider.name());
    }
    throw new IllegalArgumentException(
        "found stage '" + stage.name() + "', allowed is " + String.join(", ", names));
  }
}
