package dev.shunt.ops.config;

import dev.shunt.scheduler.SynCookies;
import java.util.List;
import java.util.Optional;

/** Reads when the scheduler answers a service's SYNs by cookies. */
final class CookieReader {

  private static final String USE = "syn_cookies";
  private static final String FLOOD = "syn_flood_from";

  private final Section section;

  CookieReader(Section section) {
    this.section = section;
  }

  /**
   * By default in a flood, where members' nodes are the targets: a server's stack cannot make a
   * connection of a cookie, and without a scheduler nobody would send one.
   */
  SynCookies read(ServiceMode mode, Frontend frontend) {
    Optional<SynCookies.Use> use = section.find(USE, Scalars.oneOf(SynCookies.Use.class));
    int from =
        section.get(
            FLOOD, Scalars.integer(SynCookies.LEAST, SynCookies.MOST), SynCookies.DEFAULT_FLOOD);
    if (frontend instanceof Frontend.Listen) {
      refuse(use, " with listen", " with vip and port");
      return SynCookies.OFF;
    }
    if (mode == ServiceMode.DIRECT) {
      refuse(use, " with mode direct, whose servers cannot take them", " with mode http");
      return SynCookies.OFF;
    }
    return new SynCookies(use.orElse(SynCookies.Use.AUTO), from);
  }

  /** That there are none, may be said of any service. */
  private void refuse(Optional<SynCookies.Use> use, String found, String allowed) {
    boolean off = use.filter(u -> u == SynCookies.Use.OFF).isPresent();
    for (String key : List.of(USE, FLOOD)) {
      if (section.has(key) && !(off && key.equals(USE))) {
        section.at(key).report(key + found, key + allowed);
      }
    }
  }
}
