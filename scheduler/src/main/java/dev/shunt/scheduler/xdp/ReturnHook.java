package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchTable;
import dev.shunt.scheduler.ReturnPath;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program at the egress of the data interface, which sends answers back by label: it is there
 * only while some service wants that. One thread at a time.
 */
final class ReturnHook {

  private static final Logger LOG = LoggerFactory.getLogger(ReturnHook.class);

  private final KernelProgram kernel;
  private final TcHook hook;
  private boolean known;
  private boolean there;

  ReturnHook(KernelProgram kernel, DataInterface nic) {
    this.kernel = kernel;
    this.hook = new TcHook(nic.name(), nic.index(), TcHook.Point.EGRESS);
  }

  /** Attaches or detaches it as the table wants; what an earlier process left is replaced. */
  void apply(DispatchTable table) throws DataPlaneException {
    boolean wanted =
        table.rows().keySet().stream()
            .anyMatch(service -> service.answers() == ReturnPath.SWITCHED);
    if (known && wanted == there) {
      return;
    }
    if (wanted) {
      hook.attach(kernel.fd(KernelProgram.OUT));
    } else {
      hook.detach();
    }
    kernel.returns(wanted);
    if (wanted != there) {
      LOG.info("answers go back by label: {}", wanted);
    }
    there = wanted;
    known = true;
  }

  void remove() throws DataPlaneException {
    hook.detach();
  }
}
