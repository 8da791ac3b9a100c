package dev.shunt.ops.config;

import dev.shunt.scheduler.SynCookies;
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
  SynCookies read(ServiceMode mode, Frontend frontend, boolean everyone) {
    Optional<SynCookies.Use> use = section.find(USE, Scalars.oneOf(SynCookies.Use.class));
    Optional<Integer> flood =
        section.find(FLOOD, Scalars.integer(SynCookies.LEAST, SynCookies.MOST));
    // That there are none, may be said of any service.
    boolean used = use.filter(u -> u != SynCookies.Use.OFF).isPresent();
    if (frontend instanceof Frontend.Listen) {
      return refused(used, flood, " with listen", " with vip and port");
    }
    if (mode == ServiceMode.DIRECT) {
      return refused(
          used, flood, " with mode direct, whose servers cannot take them", " with mode http");
    }
    if (mode == ServiceMode.UDP) {
      return refused(used, flood, " with mode udp, which has no SYN", " with mode http or tcp");
    }
    if (everyone) {
      return refused(
          used, flood, " with everyone, where there is no scheduler", " with a scheduler");
    }
    return new SynCookies(use.orElse(SynCookies.Use.AUTO), flood.orElse(SynCookies.DEFAULT_FLOOD));
  }

  private SynCookies refused(boolean used, Optional<Integer> flood, String found, String allowed) {
    if (used) {
      section.at(USE).report(USE + found, USE + allowed);
    }
    if (flood.isPresent()) {
      section.at(FLOOD).report(FLOOD + found, FLOOD + allowed);
    }
    return SynCookies.OFF;
  }
}
