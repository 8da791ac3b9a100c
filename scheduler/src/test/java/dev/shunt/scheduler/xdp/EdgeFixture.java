package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.edge.EdgeRole;
import dev.shunt.scheduler.edge.TunnelEnds;
import dev.shunt.scheduler.xdp.layout.EdgeAside;
import dev.shunt.scheduler.xdp.layout.EdgeOutcome;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One packet through a real program of the edge; {@link Fixture} for the edge. */
final class EdgeFixture {

  /** Reads or changes the tables. */
  @FunctionalInterface
  interface Step {
    void on(EdgeWorld world) throws DataPlaneException;
  }

  final String name;
  final EdgeRole role;
  final byte[] packet;
  final EdgeOutcome outcome;
  final Set<EdgeAside> asides = EnumSet.noneOf(EdgeAside.class);
  TunnelEnds tunnels = TunnelEnds.NONE;
  int segmentBytes;
  byte @Nullable [] frame;
  Step before = _ -> {};
  Step after = _ -> {};

  private EdgeFixture(EdgeRole role, String name, byte[] packet, EdgeOutcome outcome) {
    this.role = role;
    this.name = name;
    this.packet = packet.clone();
    this.outcome = outcome;
  }

  static EdgeFixture server(String name, byte[] packet, EdgeOutcome outcome) {
    return new EdgeFixture(EdgeRole.SERVER, name, packet, outcome);
  }

  static EdgeFixture client(String name, byte[] packet, EdgeOutcome outcome) {
    return new EdgeFixture(EdgeRole.CLIENT, name, packet, outcome);
  }

  EdgeFixture given(Step step) {
    before = step;
    return this;
  }

  /** Labels come in UDP over that IP version, from {@link World#B}. */
  EdgeFixture behindRouters(boolean ipv6) {
    tunnels = EdgeWorld.tunnels(ipv6);
    return this;
  }

  /** How the packet leaves; it is to leave unchanged if nothing is said. */
  EdgeFixture becomes(byte[] expected) {
    frame = expected.clone();
    return this;
  }

  EdgeFixture beside(EdgeAside... expected) {
    asides.addAll(List.of(expected));
    return this;
  }

  /** Many segments in one packet, of so many bytes each. */
  EdgeFixture segmentedBy(int bytes) {
    segmentBytes = bytes;
    return this;
  }

  EdgeFixture then(Step step) {
    after = step;
    return this;
  }

  boolean isIngress() {
    return outcome.name().startsWith("IN_");
  }

  byte[] expectedFrame() {
    byte[] changed = frame;
    return changed == null ? packet : changed;
  }

  @Override
  public String toString() {
    return role + ": " + name;
  }
}
