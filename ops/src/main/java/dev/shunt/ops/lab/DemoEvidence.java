package dev.shunt.ops.lab;

/**
 * What the demonstration collects before it judges.
 *
 * @param quietBlackoutMillis longest silence on any connection while nothing was broken: what this
 *     machine does to connections by itself
 * @param load the load client's final report
 * @param downloadPort the client's port of the download that must survive
 * @param failedWithoutFault failures at times when nothing was broken
 */
record DemoEvidence(
    int members,
    double quietBlackoutMillis,
    PathEvidence path,
    FaultEvidence kill,
    FaultEvidence cut,
    LoadReport load,
    int downloadPort,
    int failedWithoutFault) {

  /**
   * A fault and what followed.
   *
   * @param member whom it hit
   * @param newScheduler who took over, empty if nobody did
   * @param newSchedulerMillis when a member first called itself scheduler, -1 if none did
   * @param mendedMicros when it was mended
   * @param cameBack the member was eligible again afterwards
   * @param deliveries how what clients sent reached the other members meanwhile
   */
  record FaultEvidence(
      String member,
      String newScheduler,
      double newSchedulerMillis,
      long atMicros,
      long mendedMicros,
      boolean cameBack,
      Losses losses,
      Deliveries.Seen deliveries) {

    boolean tookOver() {
      return !newScheduler.isEmpty() && !newScheduler.equals(member);
    }
  }
}
