package dev.shunt.node;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;

/**
 * One request and its response, on their way through the stages of a service.
 *
 * <p>Used by its event loop's thread alone; valid until {@link Stage#onEnd} has returned.
 */
public interface Exchange {

  /** Tells {@link #preferred} and {@link #server} that there is none. */
  int NO_SERVER = -1;

  /** Tells {@link #rule} that no rule holds, so that every server is allowed. */
  int NO_RULE = -1;

  /** The service's name. */
  String service();

  /** The request as it was received. */
  RequestHead request();

  /** Who sent it: the other end of the connection. */
  InetSocketAddress client();

  /** Whether the client's connection is encrypted. */
  boolean secure();

  /** What is known of the encryption, where there is one. */
  Optional<TlsSession> tls();

  /** The servers as they were when the request came. */
  ServerPool pool();

  /**
   * Asks for a server: it gets the request if it keeps sessions ({@link
   * ServerState#keepsSessions}), else one is chosen as for a request without a preference.
   *
   * @param server an index in {@link #pool}
   */
  void prefer(int server);

  /**
   * Whether the service's rules let the request go to a server, whatever its state.
   *
   * @param server an index in {@link #pool}
   */
  boolean allows(int server);

  /**
   * The number of the rule that the request is for, counted from 0, or {@link #NO_RULE}: which of
   * the service's servers it may have.
   */
  int rule();

  /** The preferred server's index, or {@link #NO_SERVER}. */
  int preferred();

  /**
   * Whether the request was sent to a server, or was to be: of a response, every server but {@link
   * #server} failed that was tried.
   *
   * @param server an index in {@link #pool}
   */
  boolean tried(int server);

  /** The index of the server that has the request, or {@link #NO_SERVER}. */
  int server();

  /**
   * Answers in the server's place. Content-Length, Date and Connection are added.
   *
   * @param status 200 to 599
   * @throws IllegalArgumentException when a header is not allowed
   * @throws IllegalStateException outside of {@link Stage#onRequest}
   */
  void answer(int status, Map<String, String> headers, byte[] body);

  /**
   * Passes the response's body through a filter; the first filter that was added is the nearest to
   * the server. The body's length is then unknown to the client before its end.
   *
   * @throws IllegalStateException outside of {@link Stage#onResponse}
   */
  void filterBody(BodyFilter filter);

  /** Keeps something of a stage's own with this exchange. */
  void attach(Stage stage, Object value);

  /** What {@link #attach} kept. */
  Optional<Object> attachment(Stage stage);

  /** The status that the client got, 0 as long as there is none. */
  int status();

  /** When the request's head was complete, in nanoseconds of the node's ticker. */
  long startNanos();
}
