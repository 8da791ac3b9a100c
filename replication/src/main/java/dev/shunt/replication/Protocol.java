package dev.shunt.replication;

/** The transport protocols whose flows are balanced, with their IANA numbers. */
public enum Protocol {
  TCP(6),
  UDP(17);

  private final int number;

  Protocol(int number) {
    this.number = number;
  }

  /** The IP protocol number. */
  public int number() {
    return number;
  }

  public static Protocol of(int number) {
    return switch (number) {
      case 6 -> TCP;
      case 17 -> UDP;
      default -> throw new IllegalArgumentException("protocol " + number + ": allowed is 6, 17");
    };
  }
}
