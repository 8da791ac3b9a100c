package dev.shunt.ops.config;

/** What a service does with what comes. */
public enum ServiceMode {
  /** A node terminates it and relays HTTP requests to servers. */
  HTTP,
  /** A node terminates it and relays its bytes to a server, and back. */
  TCP,
  /** A node relays its datagrams to a server, and back. */
  UDP,
  /** Its packets go to a server as they are; the server has the VIP and answers past the array. */
  DIRECT
}
