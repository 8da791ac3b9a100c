package dev.shunt.node;

import java.net.InetSocketAddress;
import java.time.Duration;
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

  /** Tells {@link #chosenBy} that no stage did. */
  String BALANCING = "balancing";

  /** The service's name. */
  String service();

  /** The request as it was received. */
  RequestHead request();

  /** Who sent it: the other end of the connection, or whom a trusted proxy's PROXY header names. */
  InetSocketAddress client();

  /** The address of {@link #client} as text, without port and scope; made once per connection. */
  String clientAddress();

  /** {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2.0}. */
  String protocol();

  /** Whether the client's connection is encrypted. */
  boolean secure();

  /** Whether the client may change to another protocol, as it asks to. */
  boolean wantsUpgrade();

  /**
   * Whether what the request says of the client's own client ({@code Forwarded}, {@code
   * X-Forwarded-*} and the like) goes to the server; else it is removed behind the stages.
   */
  boolean trusted();

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

  /** How many servers were tried so far. */
  int tries();

  /**
   * Why it has its {@link #server}: the configured name of the stage whose preference it was, or
   * {@link #BALANCING}; empty without a server.
   */
  String chosenBy();

  /**
   * Answers in the server's place. Content-Length, Date and Connection are added.
   *
   * @param status 200 to 599
   * @throws IllegalArgumentException when a header is not allowed
   * @throws IllegalStateException outside of {@link Stage#onRequest}
   */
  void answer(int status, Map<String, String> headers, byte[] body);

  /**
   * Answers with a response that was kept. It is given as a server's would be: the stages before
   * this one get its head in {@link Stage#onResponse}, may change it and filter its body; a client
   * that is slow gets it slowly. In {@link Stage#onResponse} it takes the place of the server's
   * response, in {@link Stage#onFailure} that of the node's error.
   *
   * @throws IllegalStateException outside of {@link Stage#onRequest}, {@link Stage#onResponse} and
   *     {@link Stage#onFailure}
   */
  void answer(KeptResponse response);

  /**
   * Holds the request, when {@link Stage#onRequest} has returned: later stages do not see it yet,
   * and no server gets it. When it is resumed this stage's {@link Stage#onRequest} is called once
   * more; what the request was attached tells it from the first time.
   *
   * @param most after so long it is resumed by itself
   * @throws IllegalStateException outside of {@link Stage#onRequest}
   */
  HeldRequest hold(Duration most);

  /**
   * Looks on at the response's body as filters that were added before leave it, and filters that
   * are added later get it; its framing stays as it is.
   *
   * @throws IllegalStateException outside of {@link Stage#onResponse}
   */
  void watchBody(BodyWatcher watcher);

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

  /**
   * How many bytes of the response's body went to the client so far, as they went: in HTTP/1.1 with
   * the framing of chunks. Of a connection that was upgraded, all bytes since.
   */
  long bodyBytes();

  /** When the request's head was complete, in nanoseconds of the node's ticker. */
  long startNanos();

  /** For how many nanoseconds it has been going on since {@link #startNanos}. */
  long elapsedNanos();
}
