package dev.shunt.node.http;

/** Streams of requests against Netty's decoder. */
public final class RequestDifferentialFuzz {

  private RequestDifferentialFuzz() {}

  /** What Jazzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    var _ = Differential.ofRequests(input);
  }
}
