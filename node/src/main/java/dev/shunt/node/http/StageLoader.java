package dev.shunt.node.http;

import dev.shunt.node.HttpService;
import dev.shunt.node.Meters;
import dev.shunt.node.NodeException;
import dev.shunt.node.RoutingRule;
import dev.shunt.node.StageConfig;
import dev.shunt.node.StageContext;
import dev.shunt.node.StageFactory;
import dev.shunt.node.StageHome;
import dev.shunt.node.StageProvider;
import dev.shunt.replication.BindingTables;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the stages that configurations name. */
final class StageLoader {

  private static final Logger LOG = LoggerFactory.getLogger(StageLoader.class);

  private final Map<String, StageProvider> providers = new TreeMap<>();
  private final Supplier<byte[]> key;
  private final BindingTables bindings;
  private final StageHome home;
  private final InstantSource clock;

  /**
   * @throws NodeException when two providers have the same name
   */
  StageLoader(Supplier<byte[]> key, BindingTables bindings, StageHome home, InstantSource clock)
      throws NodeException {
    this.key = key;
    this.bindings = bindings;
    this.home = home;
    this.clock = clock;
    List<StageProvider> all = new ArrayList<>();
    ServiceLoader.load(StageProvider.class).forEach(all::add);
    all.addAll(home.plugins());
    for (StageProvider provider : all) {
      StageProvider other = providers.put(provider.name(), provider);
      if (other != null) {
        throw new NodeException(
            "stage '%s' is provided by both %s and %s"
                .formatted(
                    provider.name(), other.getClass().getName(), provider.getClass().getName()));
      }
    }
  }

  /**
   * What makes each stage of a service, in order.
   *
   * @param meters where they say what they can tell of themselves
   */
  List<StageFactory> load(HttpService service, Meters meters) throws NodeException {
    List<StageFactory> stages = new ArrayList<>();
    for (StageConfig stage : service.stages()) {
      StageProvider provider = providers.get(stage.name());
      if (provider == null) {
        throw new NodeException(
            "service '%s': found stage '%s', allowed is one of %s"
                .formatted(service.name(), stage.name(), providers.keySet()));
      }
      try {
        stages.add(
            provider.configure(
                new StageContext(
                    service.name(),
                    service.servers(),
                    service.routing().rules().stream().map(RoutingRule::servers).toList(),
                    stage.settings(),
                    key,
                    bindings,
                    meters,
                    home.directory(),
                    clock)));
      } catch (IllegalArgumentException | LinkageError e) {
        throw failed(service, stage.name(), e);
      }
    }
    if (stages.stream().filter(each -> each.store().isPresent()).count() > 1) {
      throw new NodeException(
          "service '%s': found two stages that keep responses, allowed is one"
              .formatted(service.name()));
    }
    return stages;
  }

  /** Starts the stages of a service. */
  static void start(ServiceRuntime service) throws NodeException {
    for (int i = 0; i < service.stages().size(); i++) {
      try {
        service.stages().get(i).start();
      } catch (IOException | RuntimeException | LinkageError e) {
        throw failed(service.config(), service.config().stages().get(i).name(), e);
      }
    }
  }

  /** Ends the stages of a service, whatever each of them makes of it. */
  static void close(ServiceRuntime service) {
    for (StageFactory stages : service.stages()) {
      try {
        stages.close();
      } catch (RuntimeException | LinkageError e) {
        LOG.warn(
            "service {}: {} does not close",
            service.config().name(),
            stages.getClass().getName(),
            e);
      }
    }
  }

  private static NodeException failed(HttpService service, String stage, Throwable e) {
    String why = e instanceof LinkageError ? e.toString() : e.getMessage();
    return new NodeException(
        "service '%s', stage '%s': %s".formatted(service.name(), stage, why), e);
  }
}
