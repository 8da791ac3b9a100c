package dev.shunt.node.tls;

import java.nio.file.Path;

/** A certificate, key or list of authorities that cannot be used. */
public final class TlsFileException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String found;
  private final String allowed;

  TlsFileException(Path file, String found, String allowed) {
    super(message(file + ": " + found, allowed));
    this.found = file + ": " + found;
    this.allowed = allowed;
  }

  private static String message(String found, String allowed) {
    return "found " + found + ", allowed is " + allowed;
  }

  /** The file, and what is wrong with it. */
  public String found() {
    return found;
  }

  public String allowed() {
    return allowed;
  }
}
