package dev.shunt.ops.admin.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was done with a recent request, relayed connection or session of datagrams, and why.
 *
 * @param member whose node had it
 * @param id its number in the array
 * @param givenId what a trusted proxy in front called it
 * @param began when its head was complete, or what is relayed began, ISO 8601
 * @param client address and port
 * @param protocol {@code http/1.0}, {@code http/1.1} or {@code h2}; {@code tcp} or {@code udp} of
 *     what is relayed; absent if no request could be read
 * @param rule the rule that held, from 1 as they stand in the configuration; absent: none
 * @param algorithm how the service chooses a server that no stage asks for
 * @param preferred the server that a stage asked for
 * @param preferredBy that stage
 * @param attempts the servers that were tried, in order
 * @param retries how many tries came after the first
 * @param status what the client got; absent: nothing yet
 * @param reason why the node answered itself
 * @param firstByteMillis until the server's response had begun
 * @param totalMillis until its end, or until now
 * @param underWay whether it is not over
 * @param relayed how much passed; absent of requests
 */
public record RequestReport(
    String member,
    String id,
    @Nullable String givenId,
    String began,
    String service,
    String client,
    boolean encrypted,
    @Nullable String protocol,
    @Nullable String method,
    @Nullable String host,
    @Nullable String target,
    @Nullable Integer rule,
    String algorithm,
    @Nullable String preferred,
    @Nullable String preferredBy,
    List<Attempt> attempts,
    int retries,
    @Nullable Integer status,
    @Nullable String reason,
    @Nullable Double firstByteMillis,
    double totalMillis,
    boolean underWay,
    @Nullable Relayed relayed) {

  public RequestReport {
    attempts = List.copyOf(attempts);
  }

  /**
   * What passed by, so far.
   *
   * @param datagramsIn of the client; absent of a connection
   * @param datagramsOut to the client; absent of a connection
   * @param end how it ended, as the access log says it; absent: not yet
   */
  public record Relayed(
      @Nullable Long datagramsIn,
      @Nullable Long datagramsOut,
      long bytesIn,
      long bytesOut,
      @Nullable String end) {}

  /**
   * A server that was tried.
   *
   * @param why {@code preferred}, {@code balanced}, or {@code again}: its old connection had ended
   * @param underWay requests that the event loop had with it then
   * @param connection {@code old} or {@code new}
   * @param atMillis after the request's begin
   * @param result such as {@code responded}
   */
  public record Attempt(
      String server, String why, int underWay, String connection, double atMillis, String result) {}
}
