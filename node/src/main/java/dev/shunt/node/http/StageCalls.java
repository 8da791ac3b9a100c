package dev.shunt.node.http;

import dev.shunt.node.HeldRequest;
import dev.shunt.node.KeptResponse;
import dev.shunt.node.PreparedHeader;
import dev.shunt.node.Stage;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls the stages of a service for one exchange, and outlives their failures. */
final class StageCalls {

  private static final Logger LOG = LoggerFactory.getLogger(StageCalls.class);
  private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final HttpExchange exchange;
  private final StageView view;
  private final ServiceLoop service;
  private final Stage[] stages;
  private final @Nullable Object[] attachments;
  private @Nullable Answer answer;
  private @Nullable KeptResponse kept;
  private @Nullable Hold hold;
  private int begun;

  /** How many stages the response has still to pass. */
  private int ahead;

  /** Whether a kept response was given: where it fails, another one is not better. */
  private boolean gave;

  /** Whether a stage is called that may answer. */
  private boolean asking;

  StageCalls(
      HttpExchange exchange,
      ServiceLoop service,
      InetSocketAddress remote,
      ServerChoice choice,
      ResponseRelay relay) {
    this.exchange = exchange;
    this.view = new StageView(exchange, service, remote, choice, relay, this);
    this.service = service;
    this.stages = service.stages();
    this.attachments = new Object[stages.length];
  }

  /** False when a stage failed. */
  boolean request(HttpHead head) {
    answer = null;
    kept = null;
    gave = false;
    begun = 0;
    return ask(head);
  }

  /** The request goes on that a stage held, which is asked again; false when a stage failed. */
  boolean again(HttpHead head) {
    hold = null;
    begun--;
    return ask(head);
  }

  private boolean ask(HttpHead head) {
    try {
      asking = true;
      while (begun < stages.length && answer == null && kept == null && hold == null) {
        stages[begun++].onRequest(head, view);
      }
      ahead = kept == null ? begun : begun - 1;
      if (answer != null || kept != null) {
        endHold(); // A stage that did both has answered.
      }
      return true;
    } catch (RuntimeException | LinkageError e) {
      failed(stages[begun - 1], e);
      return false;
    } finally {
      asking = false;
    }
  }

  /**
   * In the opposite order, until one answers in the response's place; false when a stage failed.
   */
  boolean response(HttpHead head) {
    try {
      asking = true;
      while (ahead > 0 && kept == null) {
        stages[--ahead].onResponse(head, view);
      }
      return true;
    } catch (RuntimeException | LinkageError e) {
      failed(stages[ahead], e);
      return false;
    } finally {
      asking = false;
    }
  }

  /** No server answered: what a stage kept, or null. One that fails here has just no answer. */
  @Nullable KeptResponse failure() {
    asking = true;
    for (ahead = gave ? 0 : begun; ahead > 0 && kept == null; ) {
      try {
        stages[--ahead].onFailure(view);
      } catch (RuntimeException | LinkageError e) {
        failed(stages[ahead], e);
      }
    }
    asking = false;
    return takeKept();
  }

  private void endHold() {
    Hold held = hold;
    if (held != null) {
      hold = null;
      held.end();
    }
  }

  void end() {
    endHold();
    kept = null;
    while (begun > 0) {
      begun--;
      try {
        stages[begun].onEnd(view);
      } catch (RuntimeException | LinkageError e) {
        failed(stages[begun], e);
      }
      attachments[begun] = null;
    }
  }

  /** A request was answered that no stage has seen. */
  void refused() {
    for (Stage stage : stages) {
      try {
        stage.onRefused(view);
      } catch (RuntimeException | LinkageError e) {
        failed(stage, e);
      }
    }
  }

  /** Counts a stage's failure, and logs it unless one was logged just now. */
  void failed(Object stage, Throwable e) {
    service.counters.increment(Count.STAGE_ERRORS);
    long now = service.worker.now();
    if (service.worker.mayLog(now, LOG_EVERY_NANOS)) {
      LOG.warn("service {}: {} failed", view.service(), stage.getClass().getName(), e);
    }
  }

  /** The number of the stage that has the request now. */
  int current() {
    return begun - 1;
  }

  void attach(Stage stage, Object value) {
    attachments[indexOf(stage)] = value;
  }

  Optional<Object> attachment(Stage stage) {
    return Optional.ofNullable(attachments[indexOf(stage)]);
  }

  @SuppressWarnings("ReferenceEquality") // It is about this very stage.
  private int indexOf(Stage stage) {
    for (int i = 0; i < stages.length; i++) {
      if (stages[i] == stage) {
        return i;
      }
    }
    throw new IllegalArgumentException("not a stage of service " + view.service());
  }

  /** A stage answers in the servers' place. */
  void answered(int status, Map<String, String> headers, byte[] body) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status: found " + status + ", allowed is 200 to 599");
    }
    StringBuilder lines = new StringBuilder();
    headers.forEach((name, value) -> lines.append(new PreparedHeader(name, value)).append("\r\n"));
    answer = new Answer(status, lines.toString(), body);
  }

  /** A stage answers with what it kept. */
  void answered(KeptResponse response) {
    if (!asking) {
      throw new IllegalStateException(
          "a stage can answer only while it handles the request, the response or a failure");
    }
    kept = response;
  }

  /** What a stage answered that it kept, or null; from then on it is taken for none. */
  @Nullable KeptResponse takeKept() {
    KeptResponse taken = kept;
    gave |= taken != null;
    kept = null;
    return taken;
  }

  HeldRequest hold(Duration most) {
    Hold begins = hold;
    if (begins == null) {
      begins = new Hold(exchange, service.worker, most);
      hold = begins;
    }
    return begins;
  }

  /** Whether a stage holds the request. */
  boolean held() {
    return hold != null;
  }

  /** What a stage answered to the request, null if none did. */
  @Nullable Answer answer() {
    return answer;
  }
}
