package dev.shunt.node.cache;

import dev.shunt.node.ResponseStore;
import dev.shunt.node.Stage;
import dev.shunt.node.StageContext;
import dev.shunt.node.StageFactory;
import dev.shunt.node.StageProvider;
import java.util.Optional;

/**
 * The cache of responses (claim A15): a shared cache (RFC 9111) in front of a service's servers.
 * Settings: {@link CacheSettings}.
 *
 * <p>It keeps what the stages behind it have made of a response: before {@code cdn} in the list it
 * keeps pages whose links lead to the CDN.
 */
public final class ResponseCache implements StageProvider {

  public static final String NAME = "cache";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public StageFactory configure(StageContext context) {
    CacheSettings settings = CacheSettings.parse(context);
    CacheCounters counters = new CacheCounters();
    CacheStore store = new CacheStore(settings.size(), counters);
    counters.tell(context.meters());
    return new StageFactory() {
      @Override
      public Stage get() {
        return new CacheStage(settings, store, context.clock());
      }

      @Override
      public Optional<ResponseStore> store() {
        return Optional.of(store);
      }
    };
  }
}
