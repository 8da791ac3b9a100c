package dev.shunt.ops.lab;

import java.nio.file.Path;
import java.util.List;

/** Hosts that share a VIP, of which one has it at a time; built in a lab of their own. */
public interface Contender extends AutoCloseable {

  /** Does what belongs to a start; if that fails the lab ends, and its logs are kept. */
  static void start(Lab lab, Runnable steps) {
    try {
      steps.run();
    } catch (LabException e) {
      Path kept = LabPaths.KEPT.resolve(lab.topology().name() + "-start");
      lab.collectEvidence(kept);
      lab.close();
      throw new LabException(e.getMessage() + "; logs are kept in " + kept, e);
    }
  }

  Lab lab();

  /** The hosts that may have the VIP. */
  List<LabHost> hosts();

  /** The host that has it. */
  String holder();

  /** Whether sessions are on other hosts than the one that has the VIP. */
  boolean spreads();

  /** Does this to the host. */
  void strike(FailoverFault fault, String host);

  /** Whether another host than this one says that it has the VIP. */
  boolean replaced(String host);

  /** Mends what {@link #strike} has done. */
  void mend(FailoverFault fault, String host);

  /** Whether all hosts are there again, and the next fault may come. */
  boolean whole();

  /** What each host says of itself, for a complaint that they are not whole. */
  String state();

  @Override
  void close();
}
