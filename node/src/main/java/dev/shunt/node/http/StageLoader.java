package dev.shunt.node.http;

import dev.shunt.node.HttpService;
import dev.shunt.node.Meters;
import dev.shunt.node.NodeException;
import dev.shunt.node.RoutingRule;
import dev.shunt.node.Stage;
import dev.shunt.node.StageConfig;
import dev.shunt.node.StageContext;
import dev.shunt.node.StageProvider;
import dev.shunt.replication.BindingTables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Finds the stages that configurations name. */
final class StageLoader {

  private final Map<String, StageProvider> providers = new TreeMap<>();
  private final Supplier<byte[]> key;
  private final BindingTables bindings;

  /**
   * @throws NodeException when two providers have the same name
   */
  StageLoader(Supplier<byte[]> key, BindingTables bindings) throws NodeException {
    this.key = key;
    this.bindings = bindings;
    for (StageProvider provider : ServiceLoader.load(StageProvider.class)) {
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
  List<Supplier<Stage>> load(HttpService service, Meters meters) throws NodeException {
    List<Supplier<Stage>> stages = new ArrayList<>();
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
                    meters)));
      } catch (IllegalArgumentException e) {
        throw new NodeException(
            "service '%s', stage '%s': %s".formatted(service.name(), stage.name(), e.getMessage()),
            e);
      }
    }
    return stages;
  }
}
