package dev.shunt.ops.config;

import dev.shunt.node.Meters;
import dev.shunt.node.RoutingRule;
import dev.shunt.node.Server;
import dev.shunt.node.StageContext;
import dev.shunt.node.StageProvider;
import dev.shunt.node.stage.PluginJars;
import dev.shunt.replication.local.LocalBindings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
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

  private final SortedMap<String, StageProvider> providers = new TreeMap<>();

  /** Those on the class path. */
  public StageProviders() {
    ServiceLoader.load(StageProvider.class).forEach(this::add);
  }

  private void add(StageProvider provider) {
    StageProvider other = providers.putIfAbsent(provider.name(), provider);
    if (other != null) {
      throw new IllegalArgumentException(
          "found stage '%s' of both %s and %s, allowed is one of each name"
              .formatted(
                  provider.name(), other.getClass().getName(), provider.getClass().getName()));
    }
  }

  @Override
  public StageSettings.Check with(Path plugins) {
    StageProviders all = new StageProviders();
    plugins(plugins).forEach(all::add);
    return all;
  }

  /**
   * What the jars of a directory bring.
   *
   * @throws IllegalArgumentException when a jar cannot be used; the message names it
   */
  public static List<StageProvider> plugins(Path directory) {
    List<StageProvider> found = new ArrayList<>();
    PluginJars.load(directory).values().forEach(found::addAll);
    return found;
  }

  @Override
  public void check(ServiceConfig service, StageSettings stage) {
    StageProvider provider = providers.get(stage.name());
    if (provider == null) {
      throw new IllegalArgumentException(
          "found stage '"
              + stage.name()
              + "', allowed is "
              + String.join(", ", providers.keySet()));
    }
    List<Server> servers =
        service.servers().stream().map(s -> new Server(s.name(), s.address(), s.weight())).toList();
    try {
      var _ =
          provider.configure(
              new StageContext(
                  service.name(),
                  servers,
                  service.rules().stream().map(RoutingRule::servers).toList(),
                  stage.settings(),
                  () -> NO_KEY.clone(),
                  new LocalBindings(() -> Instant.EPOCH),
                  NO_METERS,
                  Path.of("").toAbsolutePath(),
                  () -> Instant.EPOCH));
    } catch (LinkageError e) {
      throw new IllegalArgumentException("stage '%s': %s".formatted(stage.name(), e), e);
    }
  }
}
