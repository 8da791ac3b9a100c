package dev.shunt.scheduler;

/** What the kernel does with a packet of a label, {@code enum label_action}. */
public enum LabelAction {
  /** It does not know the label. */
  NONE,
  /** Takes the label off, and up: this machine is meant. */
  TO_STACK,
  /** Sends it on with the label. */
  TO_PORT,
  /** Takes the label off and sends the packet on. */
  POP_TO_PORT,
  /** Sends it on to a target, with outer headers and the target's label ({@link Encap#UDP}). */
  TO_TUNNEL
}
