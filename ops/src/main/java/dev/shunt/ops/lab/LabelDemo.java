package dev.shunt.ops.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Shows the eight steps of a labelled session (claim L8) between a client and a server that know
 * labels, as they were captured; then an ordinary client, and servers without labels.
 */
final class LabelDemo {

  private static final Duration READY_LIMIT = Duration.ofMinutes(3);
  private static final int LARGE = 24 << 20;

  /** How often a part is shown again because the scheduler's role moved. */
  private static final int ATTEMPTS = 3;

  private static final int CAPTURE_FRAMES = 2_000;

  private final DemoOptions options;
  private final DemoScreen screen;

  LabelDemo(DemoOptions options, DemoScreen screen) {
    this.options = options;
    this.screen = screen;
  }

  /** Runs it on a lab of its own, which is gone afterwards. */
  LabelResult run() {
    LabOptions wanted =
        LabOptions.named(options.name())
            .withMembers(options.members())
            .withServers(options.servers());
    try (Lab lab = Lab.up(wanted, screen::heading)) {
      LabelResult result = run(lab);
      if (!result.ok()) {
        lab.collectEvidence(LabPaths.KEPT.resolve(options.name()));
        screen.heading("logs and captures are kept in " + LabPaths.KEPT.resolve(options.name()));
      }
      return result;
    }
  }

  private LabelResult run(Lab lab) {
    lab.awaitServers(READY_LIMIT);
    lab.awaitArray(READY_LIMIT);
    String scheduler = lab.resolve("scheduler");
    screen.heading(
        "the array stands: scheduler %s; service 'labelled' at %s goes to %d servers directly"
            .formatted(scheduler, LabTopology.LABELLED_VIP, options.servers()));
    List<LabEdge> edges = new ArrayList<>();
    try {
      for (LabHost server : lab.topology().serverHosts()) {
        edges.add(lab.edge(server.name()));
      }
      screen.heading("'shunt edge' runs on every server");
      LabelResult.Session both;
      LabelSteps steps;
      try (LabEdge _ = lab.edge("client")) {
        screen.heading("and on the client");
        both = watch(lab, LabTopology.LABELLED_VIP);
        steps = show(lab.topology(), both);
      }
      screen.heading("the same servers, and an ordinary client");
      LabelResult.Session ordinary = watch(lab, LabTopology.LABELLED_VIP);
      screen.heading("service 'plain': the same servers without labels");
      LabelResult.Session plain = watch(lab, LabTopology.PLAIN_VIP);
      return LabelResult.judge(lab.topology(), steps, both, ordinary, plain);
    } finally {
      edges.forEach(LabEdge::close);
    }
  }

  /** Who is scheduler, once it has all that sessions need. */
  private String readyScheduler(Lab lab) {
    String[] found = new String[1];
    Waiting.until(
        READY_LIMIT,
        () -> {
          found[0] = lab.resolve("scheduler");
          return isReady(lab, found[0]);
        },
        () -> "no labels, or no servers");
    return found[0];
  }

  /** The scheduler's kernel has labels to give, and all servers take sessions. */
  private boolean isReady(Lab lab, String scheduler) {
    MemberAdmin admin = lab.admin(scheduler);
    if (admin.get("/v1/status").at("/data_plane/label_pairs/queue").asInt() == 0) {
      return false;
    }
    int wanted = 0;
    int ready = 0;
    for (JsonNode service : admin.get("/v1/services").path("services")) {
      if (service.path("mode").asText().equals("direct")) {
        wanted += options.servers();
        for (JsonNode target : service.path("targets")) {
          ready += target.path("share").asDouble() > 0 ? 1 : 0;
        }
      }
    }
    return ready == wanted;
  }

  /** A download under one scheduler: on a busy machine its role may move, and all is to be seen. */
  private LabelResult.Session watch(Lab lab, String vip) {
    for (int attempt = 1; ; attempt++) {
      String scheduler = readyScheduler(lab);
      LabelResult.Session seen = watch(lab, scheduler, vip);
      String now = lab.resolve("scheduler");
      if (now.equals(scheduler) || attempt == ATTEMPTS) {
        return seen;
      }
      screen.heading(
          "the scheduler's role moved from %s to %s meanwhile: once more"
              .formatted(scheduler, now));
    }
  }

  /** A download, captured at the scheduler's port while it runs, and counted. */
  private LabelResult.Session watch(Lab lab, String scheduler, String vip) {
    MemberAdmin admin = lab.admin(scheduler);
    LabelResult.Counters before = LabelResult.Counters.of(admin);
    // Without the members' own checks through the VIP.
    String filter = "host %s and host %s or mpls".formatted(vip, lab.topology().client().address());
    try (Capture capture = lab.capture(scheduler, filter, CAPTURE_FRAMES)) {
      CompletableFuture<String> download =
          CompletableFuture.supplyAsync(() -> download(lab, vip), Thread::startVirtualThread);
      JsonNode session = session(admin, vip);
      JsonNode labels = admin.get("/v1/labels?session=" + session.path("client").asText());
      boolean whole = download.join().equals(Integer.toString(LARGE));
      return new LabelResult.Session(
          scheduler,
          session,
          labels.path("labels"),
          capture.stop(),
          LabelResult.Counters.of(admin).since(before),
          whole);
    }
  }

  private static JsonNode session(MemberAdmin admin, String vip) {
    JsonNode[] found = new JsonNode[1];
    Waiting.until(
        READY_LIMIT,
        () -> {
          for (JsonNode session : admin.get("/v1/sessions?limit=1000").path("sessions")) {
            if (session.path("state").asText().equals("established")
                && session.path("destination").asText().startsWith(vip + ":")) {
              found[0] = session;
            }
          }
          return found[0] != null;
        },
        () -> "no session of " + vip + " is established");
    return found[0];
  }

  private static String download(Lab lab, String vip) {
    String url = "http://%s:%d/bytes/%d".formatted(vip, LabTopology.SERVER_PORT, LARGE);
    String[] words = {
      "curl",
      "-sS",
      "-m",
      "25",
      "--limit-rate",
      "8M",
      "-w",
      "%{size_download}",
      "-o",
      "/dev/null",
      url
    };
    return lab.exec("client", words).strip();
  }

  private LabelSteps show(LabTopology topology, LabelResult.Session seen) {
    // Servers are known by their service and name.
    String server = seen.entry().path("target").asText().replaceFirst(".*/", "");
    LabelSteps steps =
        LabelSteps.in(
            seen.frames(),
            topology.client(),
            topology.require(seen.scheduler()),
            topology.require(server));
    screen.line("");
    steps.asked().forEach(step -> screen.line("      " + describe(topology, step)));
    steps
        .steps()
        .forEach(s -> screen.line("  (%d) %s".formatted(s.number(), describe(topology, s))));
    screen.line("");
    screen.line("  its row in the session table: " + seen.entry());
    for (JsonNode row : seen.labels()) {
      screen.line("  in the label switching table: " + row);
    }
    screen.line("");
    return steps;
  }

  private static String describe(LabTopology topology, LabelSteps.Step step) {
    if (!step.onTheWire()) {
      return step.what();
    }
    Frame frame = step.frame();
    return "frame %4d  %-6s -> %-6s  label %-5s  %s:%d -> %s:%d %-7s  %s"
        .formatted(
            step.at(),
            name(topology, frame.sourceMac()),
            name(topology, frame.destinationMac()),
            frame.labelled() ? Integer.toString(frame.label()) : "none",
            frame.source(),
            frame.sourcePort(),
            frame.destination(),
            frame.destinationPort(),
            flags(frame.tcpFlags()),
            step.what());
  }

  private static String flags(int flags) {
    List<String> names = new ArrayList<>();
    String[] all = {"FIN", "SYN", "RST", "PSH", "ACK"};
    for (int bit = 0; bit < all.length; bit++) {
      if ((flags & (1 << bit)) != 0) {
        names.add(all[bit]);
      }
    }
    return String.join(",", names);
  }

  private static String name(LabTopology topology, String mac) {
    return topology.hosts().stream()
        .filter(host -> host.mac().equals(mac))
        .map(LabHost::name)
        .findFirst()
        .orElse(mac);
  }
}
