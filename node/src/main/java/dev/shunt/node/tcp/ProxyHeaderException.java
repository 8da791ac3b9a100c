package dev.shunt.node.tcp;

/** What came is no PROXY protocol header; the message says why. */
public final class ProxyHeaderException extends Exception {

  private static final long serialVersionUID = 1;

  ProxyHeaderException(String message) {
    // Anybody may send such, as often as he likes: a stack would cost more than it tells.
    super(message, null, false, false);
  }
}
