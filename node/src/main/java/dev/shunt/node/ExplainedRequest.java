package dev.shunt.node;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a node did with one of its recent requests, and why.
 *
 * @param id in hexadecimal digits
 * @param toldId the id that a trusted proxy in front gave it
 * @param began when its head was complete
 * @param protocol {@code http/1.0}, {@code http/1.1} or {@code h2}; empty if there was no request
 *     that could be read
 * @param target as it was sent, its first {@value #MAX_TARGET} bytes
 * @param rule the number of the rule that held, from 0 as they stand in the configuration
 * @param preferred the server that a stage asked for
 * @param preferredBy that stage's name
 * @param attempts the servers that were tried, in order
 * @param status what the client got; 0: nothing yet
 * @param reason why the node answered itself
 * @param firstByte until the response's head had come
 * @param total until the response was complete, or until now
 * @param underWay whether it is not over
 */
public record ExplainedRequest(
    String id,
    Optional<String> toldId,
    Instant began,
    String service,
    InetSocketAddress client,
    boolean encrypted,
    String protocol,
    String method,
    String host,
    String target,
    Optional<Integer> rule,
    Optional<String> preferred,
    Optional<String> preferredBy,
    List<Attempt> attempts,
    int status,
    Optional<String> reason,
    Optional<Duration> firstByte,
    Duration total,
    boolean underWay) {

  public static final int MAX_TARGET = 512;

  /** Why a server was tried. */
  public enum Why {
    /** A stage asked for it. */
    PREFERRED,
    /** It was chosen by the service's algorithm. */
    BALANCED,
    /** The connection was an old one that the server had closed meanwhile. */
    AGAIN
  }

  /** What became of an attempt. */
  public enum Result {
    CONNECTING,
    CONNECT_FAILED,
    CONNECT_TIMED_OUT,
    /** The request is with the server. */
    SENT,
    CLOSED_WITHOUT_RESPONSE,
    INVALID_RESPONSE,
    TIMED_OUT,
    RESPONDED
  }

  /**
   * One server that was tried.
   *
   * @param underWay requests that this event loop had with the server then: what {@code
   *     least-connections} compares
   * @param reused whether the connection was there before
   * @param at after the request's begin
   */
  public record Attempt(
      String server, Why why, int underWay, boolean reused, Duration at, Result result) {}

  public ExplainedRequest {
    attempts = List.copyOf(attempts);
  }
}
