package dev.shunt.node.http;

/**
 * What a request's head says of its body, its connection and an upgrade. One thread; used again for
 * each request.
 */
final class ReceivedRequest {

  final RequestBody body;
  private final ConnectionOptions options = new ConnectionOptions();
  private boolean persists;
  private boolean upgrade;

  /**
   * @param rate bytes a second that a body is to bring
   */
  ReceivedRequest(int rate) {
    this.body = new RequestBody(rate);
  }

  /** Checks a head that is complete, and removes what is of the client's connection alone. */
  void check(HttpHead head, Client client, ServiceLoop service) throws HttpFault {
    options.strip(head);
    RequestRules.check(head);
    Secured.check(client.secured(), head, service.counters);
    Http2ClientStream stream = client.stream();
    body.begin(head, service.limits.bodyBytes(), stream != null && !stream.requestEnded());
    persists = options.persists(head);
    upgrade = options.upgrade() && head.http11() && body.isEmpty() && UpgradeRule.allows(head);
    if (!head.http11()) {
      head.dropAll(KnownHeader.EXPECT);
    }
  }

  /** Adds what servers are told by the node itself. */
  void complete(HttpHead head, Client client, ServiceLoop service, RequestEntry entry) {
    service.forwarded.apply(head, client.peer(), client.secured() != null);
    service.forwarded.requestId(head, client.peer(), entry);
    if (upgrade) {
      UpgradeRule.ask(head);
    }
    head.sendAs11();
  }

  /** Whether the client's connection stays open as far as the request says. */
  boolean persists() {
    return persists && body.complete();
  }

  boolean wantsUpgrade() {
    return upgrade;
  }
}
