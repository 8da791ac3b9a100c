package dev.shunt.ops.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A port of loopback that nobody has now, for a program that must be told one. */
public final class FreePort {

  private FreePort() {}

  public static int find() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }
}
