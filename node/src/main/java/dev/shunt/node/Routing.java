package dev.shunt.node;

import java.util.List;

/**
 * How a server is found for a request: the first rule that holds says which servers it may have, of
 * these one is chosen. A request for which no rule holds may have any.
 *
 * <p>Paths are compared in their normal form, see {@link NormalPath}. Servers get the target as it
 * was sent.
 *
 * @param balancing how one of several servers is chosen
 * @param hash what decides it with {@link Balancing#HASH}
 */
public record Routing(Balancing balancing, HashKey hash, List<RoutingRule> rules) {

  public static final int MAX_RULES = 256;
  public static final Routing DEFAULT =
      new Routing(Balancing.ROUND_ROBIN, HashKey.SOURCE, List.of());

  public Routing {
    rules = List.copyOf(rules);
    Ranges.check("rules", rules.size(), 0, MAX_RULES);
  }

  public Routing with(Balancing changed) {
    return new Routing(changed, hash, rules);
  }

  /** Chooses by this key. */
  public Routing with(HashKey changed) {
    return new Routing(Balancing.HASH, changed, rules);
  }

  public Routing withRules(RoutingRule... changed) {
    return new Routing(balancing, hash, List.of(changed));
  }
}
