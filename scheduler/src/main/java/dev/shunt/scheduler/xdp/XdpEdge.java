package dev.shunt.scheduler.xdp;

import dev.shunt.cluster.Ticker;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.edge.EdgeConfig;
import dev.shunt.scheduler.edge.EdgeStatus;
import dev.shunt.scheduler.vip.HostNetwork;
import dev.shunt.scheduler.xdp.layout.EdgeLayouts;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The label edge of a host, in its kernel: one program at the ingress of an interface and one at
 * its egress, their tables pinned. All of it goes on without this process; the next one adopts it.
 *
 * <p>Needs root, or {@code CAP_BPF} and {@code CAP_NET_ADMIN}. Any thread may call.
 */
public final class XdpEdge implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(XdpEdge.class);

  private static final String LINK = "link";

  private final EdgeConfig config;
  private final Ticker ticker;
  private final boolean adopted;
  private final PinDirectory pins;
  private final EdgeProgram program;
  private final XdpLink link;
  private DataInterface nic;
  private boolean closed;

  private XdpEdge(
      EdgeConfig config,
      Ticker ticker,
      boolean adopted,
      PinDirectory pins,
      EdgeProgram program,
      XdpLink link,
      DataInterface nic) {
    this.config = config;
    this.ticker = ticker;
    this.adopted = adopted;
    this.pins = pins;
    this.program = program;
    this.link = link;
    this.nic = nic;
  }

  /**
   * Brings the edge into the kernel, or takes over the one that is there.
   *
   * @param ticker the kernel's clock, {@code CLOCK_MONOTONIC}
   * @throws DataPlaneException naming what the kernel refused; what was there goes on then
   */
  public static XdpEdge open(EdgeConfig config, Ticker ticker) throws DataPlaneException {
    LibBpf.require();
    DataInterface nic = DataInterface.of(config.networkInterface());
    for (InetAddress address : config.tunnels().addresses()) {
      HostNetwork.requireAddress(address);
    }
    PinDirectory pins = PinDirectory.open(config.pinDirectory());
    try (Undo undo = new Undo()) {
      undo.add(pins);
      boolean fits =
          PinnedTables.keepIfFit(
              pins, EdgeTables.MAPS, EdgeLayouts.VERSION, EdgeProgram.sizes(config));
      EdgeProgram program = undo.add(EdgeProgram.load(config, pins));
      program.configure(config, nic);
      XdpLink link = XdpLink.pinned(pins.pin(LINK), nic.index());
      boolean adopted = fits && link != null;
      if (link == null) {
        link = XdpLink.attach(program.in, nic.name(), nic.index(), pins.pin(LINK));
      } else {
        link.update(program.in);
      }
      undo.add(link);
      // Last: a host that cannot yet take labels off must not be sent any.
      new TcHook(nic.name(), nic.index(), TcHook.Point.EGRESS).attach(program.out);
      XdpEdge edge = new XdpEdge(config, ticker, adopted, pins, program, link, nic);
      undo.keep();
      LOG.info(
          "{} the label edge of a {} on {}",
          adopted ? "adopted" : "loaded",
          config.role(),
          nic.name());
      return edge;
    }
  }

  /** Whether programs and tables of an earlier process were taken over. */
  public boolean adopted() {
    return adopted;
  }

  /** Keeps the tables small, and follows the interface where its MTU or address changes. */
  public synchronized void refresh() throws DataPlaneException {
    if (closed) {
      return;
    }
    program.tables.forgetStale(ticker.nanos(), config.fresh());
    DataInterface now = DataInterface.of(config.networkInterface());
    if (now.index() != nic.index()) {
      throw new DataPlaneException(
          "interface %s was made anew: the edge was on the one before"
              .formatted(config.networkInterface()));
    }
    if (!now.equals(nic)) {
      LOG.info("{} is now {}, was {}", now.name(), now, nic);
      program.configure(config, now);
      nic = now;
    }
  }

  public synchronized EdgeStatus status() throws DataPlaneException {
    if (closed) {
      throw new IllegalStateException("the edge is closed");
    }
    return program.tables.status(ticker.nanos());
  }

  /**
   * How the edge is doing that is pinned there, whether or not a process has it.
   *
   * @throws DataPlaneException if there is none
   */
  public static EdgeStatus read(Path pins, Ticker ticker) throws DataPlaneException {
    LibBpf.require();
    if (!Files.exists(pins.resolve("config"))) {
      throw new DataPlaneException("there is no edge at " + pins);
    }
    List<Integer> open = new ArrayList<>();
    try {
      EdgeTables tables =
          new EdgeTables(name -> {
            String pin = pins.resolve(name).toString();
            int fd = Native.check(LibBpf.objGet(pin), "opening pinned map", pin);
            open.add(fd);
            return new BpfMap(name, fd);
          });
      return tables.status(ticker.nanos());
    } finally {
      open.forEach(LibC::close);
    }
  }

  /**
   * Takes an edge off its interface and out of the kernel. Labelled flows of this host end: the
   * array must send it no labels any more.
   *
   * @throws DataPlaneException if there is none, or a process still has it
   */
  public static void remove(String networkInterface, Path pins) throws DataPlaneException {
    LibBpf.require();
    DataInterface nic = DataInterface.of(networkInterface);
    boolean found = new TcHook(nic.name(), nic.index(), TcHook.Point.EGRESS).detach();
    if (!Files.exists(pins)) {
      if (!found) {
        throw new DataPlaneException("there is no edge at " + pins);
      }
      return;
    }
    try (PinDirectory left = PinDirectory.open(pins)) {
      XdpLink link = XdpLink.pinned(left.pin(LINK), nic.index());
      if (link != null) {
        link.detach();
        link.close();
      }
      left.clear();
      left.delete();
    }
  }

  /** Ends this process's part; the kernel goes on. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      link.close();
      program.close();
      pins.close();
    }
  }
}
