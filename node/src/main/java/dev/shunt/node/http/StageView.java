package dev.shunt.node.http;

import dev.shunt.node.BodyFilter;
import dev.shunt.node.BodyWatcher;
import dev.shunt.node.Exchange;
import dev.shunt.node.HeldRequest;
import dev.shunt.node.KeptResponse;
import dev.shunt.node.RequestHead;
import dev.shunt.node.ServerPool;
import dev.shunt.node.Stage;
import dev.shunt.node.TlsSession;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** What stages see of an {@link HttpExchange}, and what they may do to it. */
final class StageView implements Exchange {

  private final HttpExchange exchange;
  private final ServiceLoop service;
  private final InetSocketAddress remote;
  private final ServerChoice choice;
  private final ResponseRelay relay;
  private final StageCalls stages;

  StageView(
      HttpExchange exchange,
      ServiceLoop service,
      InetSocketAddress remote,
      ServerChoice choice,
      ResponseRelay relay,
      StageCalls stages) {
    this.exchange = exchange;
    this.service = service;
    this.remote = remote;
    this.choice = choice;
    this.relay = relay;
    this.stages = stages;
  }

  @Override
  public String service() {
    return service.runtime.config().name();
  }

  @Override
  public RequestHead request() {
    return exchange.head();
  }

  @Override
  public InetSocketAddress client() {
    return remote;
  }

  @Override
  public String clientAddress() {
    return exchange.client().peer().text();
  }

  @Override
  public String protocol() {
    if (exchange.client().stream() != null) {
      return "HTTP/2.0";
    }
    return exchange.head().http11() ? "HTTP/1.1" : "HTTP/1.0";
  }

  @Override
  public boolean secure() {
    return exchange.client().secured() != null;
  }

  @Override
  public boolean wantsUpgrade() {
    return exchange.request().wantsUpgrade();
  }

  @Override
  public boolean trusted() {
    return exchange.client().peer().trusted();
  }

  @Override
  public Optional<TlsSession> tls() {
    return Optional.ofNullable(exchange.client().secured()).map(Secured::session);
  }

  @Override
  public ServerPool pool() {
    return choice.pool();
  }

  @Override
  public void prefer(int wanted) {
    choice.prefer(wanted, stages.current());
  }

  @Override
  public boolean allows(int server) {
    return choice.allows(server);
  }

  @Override
  public int rule() {
    return choice.rule();
  }

  @Override
  public int preferred() {
    return choice.preferred();
  }

  @Override
  public boolean tried(int server) {
    return choice.tried(server);
  }

  @Override
  public int server() {
    return choice.current();
  }

  @Override
  public int tries() {
    return choice.tries();
  }

  @Override
  public String chosenBy() {
    if (choice.current() == NO_SERVER) {
      return "";
    }
    boolean asPreferred = choice.tries() == 1 && choice.preferred() == choice.current();
    return asPreferred
        ? service.runtime.config().stages().get(choice.preferring()).name()
        : BALANCING;
  }

  @Override
  public void answer(int code, Map<String, String> headers, byte[] body) {
    if (!exchange.inStages()) {
      throw new IllegalStateException("a stage can answer only while it handles the request");
    }
    stages.answered(code, headers, Arrays.copyOf(body, body.length));
  }

  @Override
  public void answer(KeptResponse response) {
    stages.answered(response);
  }

  @Override
  public HeldRequest hold(Duration most) {
    if (!exchange.inStages()) {
      throw new IllegalStateException("a stage can hold a request only while it handles it");
    }
    return stages.hold(most);
  }

  @Override
  public void watchBody(BodyWatcher watcher) {
    relay.addWatcher(watcher);
  }

  @Override
  public void filterBody(BodyFilter filter) {
    relay.addFilter(filter);
  }

  @Override
  public void attach(Stage stage, Object value) {
    stages.attach(stage, value);
  }

  @Override
  public Optional<Object> attachment(Stage stage) {
    return stages.attachment(stage);
  }

  @Override
  public int status() {
    return exchange.figures().status();
  }

  @Override
  public long bodyBytes() {
    return exchange.figures().sent();
  }

  @Override
  public long startNanos() {
    return exchange.figures().start();
  }

  @Override
  public long elapsedNanos() {
    return service.worker.now() - exchange.figures().start();
  }
}
