package dev.shunt.node.http;

import dev.shunt.node.Limits;

/**
 * How large a head may be.
 *
 * @param lineBytes its first line
 * @param totalBytes all of it
 * @param fields how many headers
 */
record HeadLimits(int lineBytes, int totalBytes, int fields) {

  static HeadLimits ofRequest(Limits limits) {
    return new HeadLimits(limits.requestLineBytes(), limits.headerBytes(), limits.headerCount());
  }

  /** Stages may have added to a response what no server was allowed. */
  static HeadLimits ofKept(Limits limits) {
    return new HeadLimits(
        2 * limits.headerBytes(), 2 * limits.headerBytes(), 2 * limits.headerCount());
  }

  static HeadLimits ofResponse(Limits limits) {
    return new HeadLimits(limits.headerBytes(), limits.headerBytes(), limits.headerCount());
  }
}
