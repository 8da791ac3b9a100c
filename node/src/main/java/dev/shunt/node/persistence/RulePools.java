package dev.shunt.node.persistence;

import dev.shunt.node.Exchange;
import dev.shunt.node.StageContext;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The different sets of servers that requests may have: pool 0 is all servers, for requests of no
 * rule and of rules of all; rules of the same servers share a pool. Immutable.
 */
final class RulePools {

  private final List<SortedSet<String>> sets = new ArrayList<>();
  private final int[] ofRule;

  RulePools(StageContext context) {
    List<List<String>> rules = context.rules();
    ofRule = new int[rules.size()];
    for (int rule = 0; rule < ofRule.length; rule++) {
      SortedSet<String> set = new TreeSet<>(rules.get(rule));
      // Names are of the service's servers, each of them once.
      boolean all = set.size() == context.servers().size();
      if (!all && !sets.contains(set)) {
        sets.add(set);
      }
      ofRule[rule] = all ? 0 : 1 + sets.indexOf(set);
    }
  }

  /** How many there are, pool 0 included. */
  int count() {
    return 1 + sets.size();
  }

  /** The pool of a request. */
  int of(Exchange exchange) {
    int rule = exchange.rule();
    return rule == Exchange.NO_RULE ? 0 : ofRule[rule];
  }

  /**
   * The names of a pool's servers.
   *
   * @param pool from 1 on
   */
  SortedSet<String> servers(int pool) {
    return sets.get(pool - 1);
  }
}
