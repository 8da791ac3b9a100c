package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.DataPlaneException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program beside the XDP program, at the ingress or egress of the data interface, which is there
 * only while some service needs it. One thread at a time.
 */
final class OptionalHook {

  private static final Logger LOG = LoggerFactory.getLogger(OptionalHook.class);

  private final KernelProgram kernel;
  private final String program;
  private final TcHook hook;
  private boolean known;
  private boolean there;

  OptionalHook(KernelProgram kernel, String program, TcHook hook) {
    this.kernel = kernel;
    this.program = program;
    this.hook = hook;
  }

  /**
   * Attaches or detaches it; what an earlier process left is replaced.
   *
   * @return whether that changed anything since the last time
   */
  boolean apply(boolean wanted) throws DataPlaneException {
    if (known && wanted == there) {
      return false;
    }
    if (wanted) {
      hook.attach(kernel.fd(program));
      LOG.info("attached the program {}", program);
    } else {
      hook.detach();
    }
    there = wanted;
    known = true;
    return true;
  }

  void remove() throws DataPlaneException {
    hook.detach();
  }
}
