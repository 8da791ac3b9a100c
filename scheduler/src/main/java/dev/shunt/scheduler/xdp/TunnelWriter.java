package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.xdp.layout.TunnelLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Keeps the kernel's tunnels, and whom it takes tunnelled packets from, as the targets say.
 *
 * <p>One thread at a time.
 */
final class TunnelWriter {

  private static final int PEER_BYTES = 16;

  /** Of a peer from which nothing is taken. */
  private static final int RECEIVES = 1 << 31;

  /**
   * Where a tunnel leads, and by whom.
   *
   * @param same the slot of the first one to the same address
   */
  private record Tunnel(InetAddress to, MacAddress nextHop, int same) {}

  private final KernelProgram kernel;
  private final Map<Integer, Tunnel> written = new HashMap<>();
  private final Map<Peer, Integer> peers = new HashMap<>();

  /** An address as the kernel has it. */
  private record Peer(long high, long low) {
    static Peer of(InetAddress address) {
      ByteBuffer bytes = ByteBuffer.allocate(PEER_BYTES);
      if (address instanceof Inet4Address) {
        // RFC 4291 section 2.5.5.2.
        bytes.putShort(10, (short) 0xffff).put(12, address.getAddress());
      } else {
        bytes.put(0, address.getAddress());
      }
      return new Peer(bytes.getLong(0), bytes.getLong(Long.BYTES));
    }

    static Peer of(MemorySegment keys, long at) {
      ByteBuffer bytes = keys.asSlice(at, PEER_BYTES).asByteBuffer();
      return new Peer(bytes.getLong(), bytes.getLong());
    }

    MemorySegment key(Arena arena) {
      byte[] bytes = ByteBuffer.allocate(PEER_BYTES).putLong(high).putLong(low).array();
      return arena.allocateFrom(JAVA_BYTE, bytes);
    }
  }

  /** Finds whom an earlier process left. */
  TunnelWriter(KernelProgram kernel) throws DataPlaneException {
    this.kernel = kernel;
    kernel.tunnelPeers.scan(
        (keys, key, values, value) -> peers.put(Peer.of(keys, key), values.get(JAVA_INT, value)));
  }

  /** To be called before these targets are told to be behind tunnels. */
  void write(List<Target> targets) throws DataPlaneException {
    Map<InetAddress, Target> firsts = new LinkedHashMap<>();
    List<Target> far =
        targets.stream()
            .filter(TunnelWriter::isFar)
            .sorted(Comparator.comparingInt(Target::label))
            .toList();
    for (Target target : far) {
      Target first =
          Objects.requireNonNullElse(firsts.putIfAbsent(target.address(), target), target);
      write(target, DispatchWriter.slot(first.label()));
    }
    for (Target first : firsts.values()) {
      // Members' labels come first: what is a member's address and a server's is a member's.
      int slot = DispatchWriter.slot(first.label());
      admit(Peer.of(first.address()), first.server() ? slot | RECEIVES : slot);
    }
  }

  private void write(Target target, int same) throws DataPlaneException {
    Tunnel wanted = new Tunnel(target.address(), target.mac(), same);
    if (wanted.equals(written.get(target.label()))) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment tunnel = arena.allocate(TunnelLayout.LAYOUT);
      TunnelLayout.set(tunnel, wanted.to, wanted.nextHop, same);
      kernel.tunnels.put(DispatchWriter.slot(target.label()), tunnel);
    }
    written.put(target.label(), wanted);
  }

  private void admit(Peer peer, int value) throws DataPlaneException {
    if (Integer.valueOf(value).equals(peers.get(peer))) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      kernel.tunnelPeers.put(peer.key(arena), arena.allocateFrom(JAVA_INT, value));
    }
    peers.put(peer, value);
  }

  /** To be called when nothing leads to the others any more. */
  void keep(List<Target> targets) throws DataPlaneException {
    Map<Integer, Tunnel> kept = new HashMap<>(written);
    kept.keySet()
        .retainAll(targets.stream().filter(TunnelWriter::isFar).map(Target::label).toList());
    Set<Peer> known = new HashSet<>();
    kept.values().forEach(tunnel -> known.add(Peer.of(tunnel.to)));
    try (Arena arena = Arena.ofConfined()) {
      for (int label : Set.copyOf(written.keySet())) {
        if (!kept.containsKey(label)) {
          kernel.tunnels.put(DispatchWriter.slot(label), arena.allocate(TunnelLayout.LAYOUT));
          written.remove(label);
        }
      }
      for (Peer peer : Set.copyOf(peers.keySet())) {
        if (!known.contains(peer)) {
          kernel.tunnelPeers.remove(peer.key(arena));
          peers.remove(peer);
        }
      }
    }
  }

  private static boolean isFar(Target target) {
    return !target.local() && target.tunnelled();
  }
}
