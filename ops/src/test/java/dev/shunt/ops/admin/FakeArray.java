package dev.shunt.ops.admin;

import dev.shunt.ops.admin.model.AdmissionStatus;
import dev.shunt.ops.admin.model.DataPlaneStatus;
import dev.shunt.ops.admin.model.LabelPairs;
import dev.shunt.ops.admin.model.LabelRow;
import dev.shunt.ops.admin.model.Labels;
import dev.shunt.ops.admin.model.MemberStatus;
import dev.shunt.ops.admin.model.Members;
import dev.shunt.ops.admin.model.NodeStatus;
import dev.shunt.ops.admin.model.Outcome;
import dev.shunt.ops.admin.model.ReplicationStatus;
import dev.shunt.ops.admin.model.Role;
import dev.shunt.ops.admin.model.RoleStatus;
import dev.shunt.ops.admin.model.ServerStatus;
import dev.shunt.ops.admin.model.ServiceStatus;
import dev.shunt.ops.admin.model.Services;
import dev.shunt.ops.admin.model.SessionEntry;
import dev.shunt.ops.admin.model.Sessions;
import dev.shunt.ops.admin.model.Status;
import dev.shunt.ops.admin.model.StatusClasses;
import dev.shunt.ops.admin.model.TargetStatus;
import dev.shunt.ops.admin.model.ViewStatus;
import dev.shunt.scheduler.AdmissionState;
import dev.shunt.scheduler.Refusal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** An array of three members, of which m1 answers, is scheduler, and remembers its commands. */
public final class FakeArray implements ArrayControl {

  /** What was commanded, such as {@code drain m2}. */
  public final List<String> commands = new CopyOnWriteArrayList<>();

  /** How many requests the node has had. */
  public final AtomicLong requests = new AtomicLong(1234);

  /** How often the status was asked for. */
  public final AtomicLong asked = new AtomicLong();

  private static final AdmissionStatus ADMISSION =
      AdmissionStatus.of(
          new AdmissionState(
              812, AdmissionState.ALL / 8, Map.of(Refusal.RATE, 7L, Refusal.LOAD, 30L)));

  /** Makes every question fail as a bug would. */
  public volatile boolean broken;

  @Override
  public Status status() {
    asked.incrementAndGet();
    if (broken) {
      throw new IllegalStateException("a secret of the inside");
    }
    return new Status(
        "demo",
        "m1",
        "0.1.0",
        "0123456789abcdef",
        192_000,
        new RoleStatus(Role.SCHEDULER, "7.2", "m1", 1_000_000, 134, true),
        new ViewStatus(5, List.of("m1", "m2"), 3, true),
        new ReplicationStatus(true, 42, 100, 200, 3, 0, 1, 400, 1200, 0),
        new DataPlaneStatus(
            true,
            "native",
            true,
            "eth0",
            "02:00:00:00:00:01",
            Map.of("push", 900L, "local", 95L, "pool_empty", 5L),
            Map.of("web", ADMISSION),
            new LabelPairs(2048, 4000, 96, 7),
            null),
        new NodeStatus(
            "io_uring",
            "boringssl",
            2,
            12,
            4,
            requests.get(),
            new StatusClasses(0, 1200, 0, 30, 4)),
        List.of("member m3 is absent"));
  }

  @Override
  public Members members() {
    return new Members(
        "m1",
        List.of(
            new MemberStatus(
                "m1",
                "10.77.0.11",
                true,
                true,
                true,
                true,
                false,
                "up",
                1024,
                "02:00:00:00:00:01",
                "0.1.0"),
            new MemberStatus(
                "m2",
                "10.77.0.12",
                false,
                true,
                false,
                true,
                true,
                "drained",
                1026,
                "02:00:00:00:00:02",
                "0.1.0"),
            new MemberStatus(
                "m3", "10.77.0.13", false, false, false, false, false, "gone", 1028, null, null)));
  }

  @Override
  public Services services() {
    return new Services(
        "m1",
        List.of(
            new ServiceStatus(
                "web",
                "http",
                "10.77.0.100:80",
                "maglev",
                false,
                "direct",
                "round-robin",
                12,
                4,
                requests.get(),
                new StatusClasses(0, 1200, 0, 30, 4),
                850,
                12_300,
                ADMISSION,
                new TreeMap<>(Map.of("tls_handshake", 7L)),
                List.of(
                    new TargetStatus("m1", 1024, "up", 1, 1.0),
                    new TargetStatus("m2", 1026, "drained", 1, 0)),
                List.of(
                    new ServerStatus("s1", "10.77.0.21:8080", 1, "up", 3, 5, 1200, 2),
                    new ServerStatus(
                        "127.0.0.1:9001", "127.0.0.1:9001", 2, "down", 0, 0, 34, 34)))));
  }

  @Override
  public Sessions sessions(SessionFilter filter, int limit) {
    return filter.select(
        action -> {
          action.accept(session("192.0.2.7:4711", "m1", "established"));
          action.accept(session("192.0.2.7:4712", "m2", "established"));
          action.accept(session("192.0.2.77:4713", "m2", "closing"));
        },
        limit);
  }

  private static SessionEntry session(String client, String target, String state) {
    return new SessionEntry(
        "%012x".formatted(Integer.toUnsignedLong(client.hashCode())),
        "tcp",
        client,
        "10.77.0.100:80",
        "web",
        target,
        1024,
        8195,
        8196,
        state,
        "7.2",
        61_000);
  }

  @Override
  public Labels labels(LabelFilter filter, int limit) {
    List<LabelRow> all =
        List.of(
            row(1026, null, "02:00:00:00:00:02", "m2", null),
            row(8195, "C2S", "02:00:00:00:00:02", "m2", "192.0.2.7:4712 → 10.77.0.100:80"),
            row(8196, "S2C", "02:00:00:00:00:07", "m2", "192.0.2.7:4712 → 10.77.0.100:80"),
            row(8197, "C2S", "02:00:00:00:00:03", "m3", "192.0.2.77:9 → 10.77.0.100:80"));
    List<LabelRow> matching = all.stream().filter(filter::matches).toList();
    return new Labels("m1", all.size(), matching.size(), matching.stream().limit(limit).toList());
  }

  private static LabelRow row(
      int label, @Nullable String direction, String port, String target, @Nullable String session) {
    String service = session == null ? null : "web";
    return new LabelRow(
        label, direction, "eth0", "eth0", port, "to_port", 12, target, service, session);
  }

  @Override
  public Outcome drainMember(String member, boolean drained) throws ControlException {
    if (members().members().stream().noneMatch(m -> m.name().equals(member))) {
      throw new ControlException(
          ControlException.Reason.NOT_FOUND, "there is no member '" + member + "'");
    }
    return obeyed((drained ? "drain " : "undrain ") + member);
  }

  @Override
  public Outcome drainServer(String service, String server, boolean drained)
      throws ControlException {
    if (!service.equals("web")) {
      throw new ControlException(
          ControlException.Reason.NOT_FOUND, "there is no service '" + service + "'");
    }
    return obeyed((drained ? "drain " : "undrain ") + service + "/" + server);
  }

  @Override
  public Outcome stepDown() throws ControlException {
    if (commands.contains("step down")) {
      throw new ControlException(ControlException.Reason.CONFLICT, "m1 is not scheduler, m2 is");
    }
    return obeyed("step down");
  }

  private Outcome obeyed(String command) {
    commands.add(command);
    return new Outcome(true, "done: " + command);
  }
}
