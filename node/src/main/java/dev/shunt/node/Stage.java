package dev.shunt.node;

/**
 * Something that requests and responses of a service pass: the node's plug-in interface.
 *
 * <p>A stage belongs to one event loop, is called by its thread alone and needs no synchronisation;
 * requests of many clients are interleaved on it, so what belongs to one request is kept with
 * {@link Exchange#attach}. It must never wait. The heads and the exchange are valid only during the
 * call (the exchange until {@link #onEnd}): they are used again for later requests.
 *
 * <p>A request passes the stages in configured order, a response in the opposite one. A stage that
 * throws turns the request into a 500. Before a stage sees a head it is validated and hop-by-hop
 * headers are gone; headers of message framing can be read and not changed.
 *
 * <p>{@code docs/STAGES.md} tells how to write one.
 */
public interface Stage {

  /**
   * The version of this interface and all that it leads to. It grows when something is changed or
   * taken away, not when something is added; a jar of another version is refused when it is loaded.
   */
  int API_VERSION = 1;

  /**
   * A request's head has come and no server is chosen: edit it, {@link Exchange#prefer} a server,
   * or {@link Exchange#answer} in the server's place (later stages then do not see it), or {@link
   * Exchange#hold} it.
   */
  default void onRequest(RequestHead request, Exchange exchange) {}

  /**
   * The final response's head has come (never a 1xx, nor an answer of the node itself): edit it, or
   * {@link Exchange#filterBody} its body. A response that a stage behind this one has kept counts
   * as the server's.
   */
  default void onResponse(ResponseHead response, Exchange exchange) {}

  /**
   * No server has answered, and the client is to get an error of the node: {@link
   * Exchange#answer(KeptResponse)} in its place, or let it be. Called in the order of responses,
   * until one answers.
   */
  default void onFailure(Exchange exchange) {}

  /**
   * The exchange is over, well or badly, answered by a server, a stage or the node; called once for
   * each that this stage saw begin.
   */
  default void onEnd(Exchange exchange) {}

  /**
   * A request was refused before any stage saw it (400, 408, 431 and such), and this is its only
   * call. Of its head there may be nothing: it has no headers then and its method is empty.
   */
  default void onRefused(Exchange exchange) {}
}
