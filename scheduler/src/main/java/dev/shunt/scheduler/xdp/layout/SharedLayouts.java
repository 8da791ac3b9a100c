package dev.shunt.scheduler.xdp.layout;

import dev.shunt.replication.SessionLabel;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.CookieKeys;
import dev.shunt.scheduler.LabelAction;
import dev.shunt.scheduler.Pick;
import dev.shunt.scheduler.Refusal;
import dev.shunt.scheduler.SessionEvent;
import dev.shunt.scheduler.SynCookies;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.TargetState;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All that Java and C must agree on, and the comparison of both. */
public final class SharedLayouts {

  /** {@code LAYOUT_VERSION}: maps pinned by a program of another version are not adopted. */
  public static final int VERSION = 13;

  /** {@code MAX_VIPS}. */
  public static final int MAX_VIPS = 256;

  /** {@code MAX_TARGETS}: target labels come in pairs. */
  public static final int MAX_TARGETS = (Target.LAST_LABEL + 2 - Target.FIRST_LABEL) / 2;

  /**
   * {@code EMBRYO_BUCKETS}: half-open sessions that a machine remembers, by the {@link
   * #EMBRYO_WAYS}.
   */
  public static final int EMBRYO_BUCKETS = 65_536;

  /** {@code EMBRYO_WAYS}. */
  public static final int EMBRYO_WAYS = 4;

  /** {@code RECENT_FLOWS}, for each CPU. */
  public static final int RECENT_FLOWS = 256;

  /** {@code ASK_LABEL}: what a client that knows labels sends until it has learned its own. */
  public static final int ASK_LABEL = 16;

  /** {@code MAX_DATAGRAMS}: datagrams in fragments that a machine remembers. */
  public static final int MAX_DATAGRAMS = 16_384;

  /** {@code COOKIE_KEYS}: keys of SYN cookies that the kernel has, by number modulo this. */
  public static final int COOKIE_KEYS = 4;

  /** {@code SHARE_LEASE}: which lease is that of the own share of everyone's VIPs. */
  public static final int SHARE_LEASE = 1;

  private static final List<StructLayout> STRUCTS =
      List.of(
          ConfigLayout.LAYOUT,
          LeaseLayout.LAYOUT,
          ServiceKeyLayout.IPV4.layout(),
          ServiceKeyLayout.IPV6.layout(),
          ServiceLayout.LAYOUT,
          AdmissionLayout.LAYOUT,
          RefusalsLayout.LAYOUT,
          TargetLayout.LAYOUT,
          TunnelLayout.LAYOUT,
          LabelEntryLayout.LAYOUT,
          Flow4Layout.LAYOUT,
          Flow6Layout.LAYOUT,
          SessionLayout.LAYOUT,
          VipFilterLayout.LAYOUT,
          EventLayout.LAYOUT,
          CookieKeyLayout.LAYOUT,
          HolderLayout.LAYOUT,
          TracingLayout.PREFIX,
          TracingLayout.LAYOUT,
          TraceLayout.LAYOUT,
          TrafficLayout.LAYOUT);

  private static final Map<String, List<String>> ENUMS =
      Map.of(
          "outcome", names("", Outcome.values(), "OUTCOMES"),
          "aside", names("", Aside.values(), "ASIDES"),
          "refusal", names("REFUSAL_", Refusal.values(), "REFUSALS"),
          "algorithm", names("ALGORITHM_", Pick.values()),
          "cookies", names("COOKIES_", SynCookies.Use.values()),
          "target_state", names("TARGET_", TargetState.values(), "TARGET_ABSENT"),
          "session_state", names("SESSION_", SessionState.values()),
          "event_kind", names("EVENT_", SessionEvent.Kind.values()),
          "label_action", names("LABEL_", LabelAction.values()));

  private static final Map<String, Integer> CONSTANTS =
      Map.ofEntries(
          Map.entry("LAYOUT_VERSION", VERSION),
          Map.entry("ASK_LABEL", ASK_LABEL),
          Map.entry("FIRST_SESSION_LABEL", SessionLabel.FIRST),
          Map.entry("LABELS", SessionLabel.LABELS),
          Map.entry("PAIRS", SessionLabel.PAIRS),
          Map.entry("CLIENT_LABELS", SessionSide.CLIENT_LABELS),
          Map.entry("FIRST_TARGET_LABEL", Target.FIRST_LABEL),
          Map.entry("LABEL_LIMIT", Target.LAST_LABEL + 2),
          Map.entry("MAX_TARGETS", MAX_TARGETS),
          Map.entry("MAX_VIPS", MAX_VIPS),
          Map.entry("ETH_ADDRESS", Fields.MAC_BYTES),
          Map.entry("SHARE_LEASE", SHARE_LEASE),
          Map.entry("VIP_FILTER_WORDS", VipFilterLayout.WORDS),
          Map.entry("EMBRYO_BUCKETS", EMBRYO_BUCKETS),
          Map.entry("EMBRYO_WAYS", EMBRYO_WAYS),
          Map.entry("RECENT_FLOWS", RECENT_FLOWS),
          Map.entry("MAX_DATAGRAMS", MAX_DATAGRAMS),
          Map.entry("COOKIE_KEYS", COOKIE_KEYS),
          Map.entry("COOKIE_KEY_BITS", CookieKeys.PERIOD_BITS),
          Map.entry("TRACE_HEAD", TraceLayout.HEAD),
          Map.entry("TRACE_WORDS", TracingLayout.WORDS));

  private SharedLayouts() {}

  /**
   * Every difference between the program's types and those of this process, each as a sentence;
   * empty if they agree.
   */
  public static List<String> differences(Btf btf) {
    List<String> found = new ArrayList<>();
    STRUCTS.forEach(struct -> compareStruct(btf, struct, found));
    ENUMS.forEach((name, constants) -> compareEnum(btf, name, constants, found));
    compareConstants(btf, "layout", CONSTANTS, found);
    return found;
  }

  static void compareConstants(
      Btf btf, String name, Map<String, Integer> ours, List<String> found) {
    Map<String, Integer> theirs = btf.enumeration(name).orElse(Map.of());
    if (!theirs.equals(ours)) {
      found.add("enum %s: Java has %s, the program %s".formatted(name, ours, theirs));
    }
  }

  static void compareStruct(Btf btf, StructLayout java, List<String> found) {
    String name = java.name().orElseThrow();
    Btf.Struct ours =
        new Btf.Struct(
            name,
            java.byteSize(),
            java.memberLayouts().stream().map(member -> field(java, member)).toList());
    Btf.Struct theirs = btf.struct(name).orElse(null);
    if (!ours.equals(theirs)) {
      found.add("struct %s: Java has %s, the program %s".formatted(name, ours, theirs));
    }
  }

  private static Btf.Field field(StructLayout struct, MemoryLayout member) {
    String name = member.name().orElseThrow();
    long offset = struct.byteOffset(PathElement.groupElement(name));
    return new Btf.Field(name, offset, member.byteSize());
  }

  static void compareEnum(Btf btf, String name, List<String> ours, List<String> found) {
    Map<String, Integer> theirs = btf.enumeration(name).orElse(Map.of());
    boolean counted =
        theirs.values().stream()
            .toList()
            .equals(Stream.iterate(0, i -> i + 1).limit(ours.size()).toList());
    if (!counted || !List.copyOf(theirs.keySet()).equals(ours)) {
      found.add("enum %s: Java has %s, the program %s".formatted(name, ours, theirs));
    }
  }

  static List<String> names(String prefix, Enum<?>[] constants, String... more) {
    return Stream.concat(Arrays.stream(constants).map(c -> prefix + c.name()), Arrays.stream(more))
        .toList();
  }
}
