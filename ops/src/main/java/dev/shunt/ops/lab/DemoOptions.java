package dev.shunt.ops.lab;

/**
 * How the demonstration runs.
 *
 * @param steadySeconds of undisturbed load before the first fault
 * @param observeSeconds of load after each fault, before it is mended
 */
record DemoOptions(String name, int members, int servers, int steadySeconds, int observeSeconds) {

  static final int MIN_MEMBERS = 3;

  DemoOptions {
    if (members < MIN_MEMBERS) {
      throw new LabException(
          "demo: %d members: allowed is %d to %d, for it breaks one at a time"
              .formatted(members, MIN_MEMBERS, LabTopology.MAX_MEMBERS));
    }
    if (steadySeconds < 1 || observeSeconds < 1 || steadySeconds + observeSeconds > 600) {
      throw new LabException("demo: seconds: allowed is 1 to 600");
    }
  }
}
