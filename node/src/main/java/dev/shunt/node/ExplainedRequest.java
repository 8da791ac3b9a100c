package dev.shunt.node;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a node did with one of its recent requests, and why; or with a relayed connection or session
 * of datagrams.
 *
 * @param id in hexadecimal digits
 * @param toldId the id that a trusted proxy in front gave it
 * @param began when its head was complete, or when what is relayed began
 * @param protocol {@code http/1.0}, {@code http/1.1} or {@code h2}; {@code tcp} or {@code udp} of
 *     what is relayed; empty if there was no request that could be read
 * @param host that was asked for; of a relayed connection the name that its TLS greeting asks for
 * @param target as it was sent, its first {@value #MAX_TARGET} bytes
 * @param rule the number of the rule that held, from 0 as they stand in the configuration
 * @param preferred the server that a stage asked for
 * @param preferredBy that stage's name
 * @param attempts the servers that were tried, in order
 * @param status what the client got; 0: nothing yet
 * @param reason why the node answered itself
 * @param firstByte until the response's head had come, or the first of what a server sent
 * @param total until the response was complete or what was relayed ended, or until now
 * @param underWay whether it is not over
 * @param relayed how much passed; absent of requests
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
    boolean underWay,
    Optional<Relayed> relayed) {

  public static final int MAX_TARGET = 512;

  /**
   * What of a connection or of a session of datagrams passed by, so far.
   *
   * @param datagramsIn of the client; 0 of a connection
   * @param datagramsOut to the client; 0 of a connection
   * @param end how it ended, as the access log says it; absent: not yet
   */
  public record Relayed(
      long datagramsIn, long datagramsOut, long bytesIn, long bytesOut, Optional<String> end) {}

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
    /** The request is with the server, or the connection. */
    SENT,
    CLOSED_WITHOUT_RESPONSE,
    INVALID_RESPONSE,
    TIMED_OUT,
    /** It was down or ejected when the next datagram came, which went to another one. */
    GONE,
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
