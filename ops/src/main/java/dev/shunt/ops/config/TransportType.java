package dev.shunt.ops.config;

/** Which system interface carries a node's bytes. */
public enum TransportType {
  /** The best this kernel has. */
  AUTO,
  IO_URING,
  EPOLL,
  NIO
}
