package dev.shunt.node;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The member's layer 7: accepts client connections of its services and relays their requests.
 *
 * <p>All methods may be called from any thread but those of the node itself. {@link #start} is
 * called once, {@link #close()} any number of times.
 */
public interface Node extends AutoCloseable {

  /**
   * Listens on every address of every service and begins checking servers.
   *
   * @throws NodeException when an address cannot be listened on, or a stage does not exist or
   *     refuses its settings; nothing is left open then
   */
  void start() throws NodeException;

  /**
   * Stops accepting, closes idle client connections, lets requests under way finish (their
   * responses say {@code Connection: close}) and after {@code patience} cuts what is left.
   */
  void close(Duration patience);

  /** {@link #close(Duration)} with the configuration's drain time. */
  @Override
  void close();

  /** Counters since the start; consistent enough to be shown, taken without stopping anything. */
  NodeStats stats();

  /**
   * The servers of a service and their states.
   *
   * @throws IllegalArgumentException when there is no such service; the message names those there
   *     are
   */
  List<Server> servers(String service);

  /**
   * Gives a server no new sessions from now on; those that it has stay.
   *
   * @throws IllegalArgumentException when there is no such service or server
   */
  void drainServer(String service, String server);

  /** Undoes {@link #drainServer}. */
  void undrainServer(String service, String server);

  /**
   * Where a service is listening; real ports where the configuration says 0.
   *
   * @throws IllegalArgumentException when there is no such service
   */
  List<InetSocketAddress> addresses(String service);

  /**
   * What was done with a recent request, and why; of each event loop's last requests it is known.
   *
   * @param id as in {@code X-Request-Id}
   */
  Optional<ExplainedRequest> explain(String id);

  /** What stages keep of responses, by the names of their services; at most one store each. */
  Map<String, ResponseStore> responseStores();

  /** What carries the bytes: {@code io_uring}, {@code epoll} or {@code nio}. */
  String transport();
}
