package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.MAC_BYTES;
import static dev.shunt.scheduler.xdp.layout.Fields.U64;

import dev.shunt.replication.SessionLabel;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.edge.EdgeConfig;
import dev.shunt.scheduler.edge.EdgeRole;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All that Java and the edge's programs must agree on, and the comparison of both. */
public final class EdgeLayouts {

  /** {@code EDGE_LAYOUT_VERSION}: maps pinned by programs of another version are not adopted. */
  public static final int VERSION = 3;

  private static final int MAX_ANNOUNCED = 256;

  /** {@code struct announced}: used between packets only, so that Java knows no more of it. */
  private static final StructLayout ANNOUNCED =
      MemoryLayout.structLayout(
              U64.withName("since"), Fields.bytes(MAC_BYTES, "mac"), Fields.bytes(2, "pad"))
          .withName("announced");

  /** {@code struct vip}: the key of that, likewise. */
  private static final StructLayout VIP =
      MemoryLayout.structLayout(Fields.words(4, "address")).withName("vip");

  private static final List<StructLayout> STRUCTS =
      List.of(
          EdgeConfigLayout.LAYOUT,
          PrefixLayout.LAYOUT,
          LearnedLayout.LAYOUT,
          Flow6Layout.LAYOUT,
          VIP,
          ANNOUNCED);

  private static final Map<String, List<String>> ENUMS =
      Map.of(
          "edge_outcome", SharedLayouts.names("", EdgeOutcome.values(), "EDGE_OUTCOMES"),
          "edge_aside", SharedLayouts.names("EDGE_", EdgeAside.values(), "EDGE_ASIDES"),
          "edge_role", SharedLayouts.names("EDGE_", EdgeRole.values()));

  private static final Map<String, Integer> CONSTANTS =
      Map.of(
          "EDGE_LAYOUT_VERSION",
          VERSION,
          "EDGE_MAX_PREFIXES",
          EdgeConfig.MAX_VIPS,
          "EDGE_MAX_ANNOUNCED",
          MAX_ANNOUNCED,
          "EDGE_ASK_LABEL",
          SharedLayouts.ASK_LABEL,
          "EDGE_FIRST_LABEL",
          Target.FIRST_LABEL,
          "EDGE_FIRST_SESSION_LABEL",
          SessionLabel.FIRST,
          "EDGE_LAST_SESSION_LABEL",
          SessionLabel.LABELS - 2);

  private EdgeLayouts() {}

  /** Every difference between the programs' types and those of this process, each a sentence. */
  public static List<String> differences(Btf btf) {
    List<String> found = new ArrayList<>();
    STRUCTS.forEach(struct -> SharedLayouts.compareStruct(btf, struct, found));
    ENUMS.forEach((name, constants) -> SharedLayouts.compareEnum(btf, name, constants, found));
    SharedLayouts.compareConstants(btf, "edge_layout", CONSTANTS, found);
    return found;
  }
}
