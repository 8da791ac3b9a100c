package dev.shunt.node;

/** Which system interface carries the bytes. */
public enum TransportChoice {
  /** The first of those below that works here. */
  AUTO,
  IO_URING,
  EPOLL,
  NIO
}
