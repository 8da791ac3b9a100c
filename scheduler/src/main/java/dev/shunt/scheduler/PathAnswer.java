package dev.shunt.scheduler;

/** What came of a check on a {@link VipPath}. */
public enum PathAnswer {
  OPEN("the port is open"),
  REFUSED("refused"),
  SILENT("no answer"),

  /**
   * Another machine answered. It is no sign of this server: one that has not got the VIP, but
   * forwards, sends the check on to the scheduler, which finds a server that has.
   */
  ELSEWHERE("answered from another Ethernet address"),

  /** The neighbour table does not have the server. */
  UNKNOWN_NEIGHBOUR("its Ethernet address is unknown"),

  NOT_SENT("the check could not be sent");

  private final String text;

  PathAnswer(String text) {
    this.text = text;
  }

  public boolean isSuccess() {
    return this == OPEN;
  }

  /** For people. */
  public String text() {
    return text;
  }
}
