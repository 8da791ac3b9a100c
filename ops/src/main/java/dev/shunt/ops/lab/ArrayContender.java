package dev.shunt.ops.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** An array of three members. */
public final class ArrayContender implements Contender {

  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  /**
   * How long each member has run before the next fault. A JVM that compiles its code takes so much
   * of two processors that its neighbours starve, which they do not where each has a host.
   */
  private static final Duration WARM = Duration.ofSeconds(20);

  private static final Set<String> USED = Set.of("web", "echoed");

  private final Lab lab;

  private ArrayContender(Lab lab) {
    this.lab = lab;
  }

  /** Builds it and waits until it serves. */
  public static ArrayContender up(String name, Consumer<String> progress) {
    Lab lab = Lab.up(LabOptions.named(name), progress);
    Contender.start(
        lab,
        () -> {
          lab.awaitServers(START_LIMIT);
          lab.awaitArray(START_LIMIT);
        });
    return new ArrayContender(lab);
  }

  @Override
  public Lab lab() {
    return lab;
  }

  @Override
  public List<LabHost> hosts() {
    return lab.topology().memberHosts();
  }

  @Override
  public String holder() {
    return lab.resolve("scheduler");
  }

  @Override
  public boolean spreads() {
    return true;
  }

  @Override
  public void strike(FailoverFault fault, String host) {
    switch (fault) {
      case KILL -> lab.faults().kill(host);
      case FREEZE -> lab.faults().freeze(host);
      case CUT -> lab.faults().cut(host);
      case HANDOVER -> lab.faults().stepDown(host);
    }
  }

  @Override
  public boolean replaced(String host) {
    return hosts().stream()
        .map(LabHost::name)
        .filter(name -> !name.equals(host))
        .flatMap(name -> lab.admin(name).tryStatus().stream())
        .anyMatch(MemberStatus::isScheduler);
  }

  @Override
  public void mend(FailoverFault fault, String host) {
    switch (fault) {
      case KILL -> lab.faults().restart(host);
      case FREEZE -> lab.faults().thaw(host);
      case CUT -> lab.faults().heal(host);
      case HANDOVER -> {
        // Nothing is broken.
      }
    }
  }

  /**
   * All eligible, one scheduler, every server and member in use, and no JVM that has just begun.
   */
  @Override
  public boolean whole() {
    List<MemberStatus> now = lab.statuses();
    return lab.agrees(now)
        && now.stream().allMatch(MemberStatus::eligible)
        && hosts().stream().allMatch(host -> inUse(lab.admin(host.name())));
  }

  private boolean inUse(MemberAdmin admin) {
    try {
      if (admin.get("/v1/status").path("uptime_millis").asLong() <= WARM.toMillis()) {
        return false;
      }
      int found = 0;
      for (JsonNode service : admin.get("/v1/services").path("services")) {
        if (USED.contains(service.path("name").asText())) {
          found++;
          if (!complete(service, hosts().size(), lab.topology().servers())) {
            return false;
          }
        }
      }
      return found == USED.size();
    } catch (LabException _) {
      return false;
    }
  }

  /** Whether so many targets get new sessions of a service and so many servers are up. */
  static boolean complete(JsonNode service, int targets, int servers) {
    int taking = 0;
    for (JsonNode target : service.path("targets")) {
      taking += target.path("share").asDouble() > 0 ? 1 : 0;
    }
    int up = 0;
    for (JsonNode server : service.path("servers")) {
      up += server.path("state").asText().equals("up") ? 1 : 0;
    }
    return taking == targets && up == servers;
  }

  @Override
  public String state() {
    return lab.statuses().toString();
  }

  @Override
  public void close() {
    lab.close();
  }
}
