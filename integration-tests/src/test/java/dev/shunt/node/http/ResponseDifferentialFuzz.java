package dev.shunt.node.http;

/** Streams of responses against Netty's decoder. */
public final class ResponseDifferentialFuzz {

  private ResponseDifferentialFuzz() {}

  /** What Jazzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    var _ = Differential.ofResponses(input);
  }
}
