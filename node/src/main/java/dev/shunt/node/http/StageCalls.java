package dev.shunt.node.http;

import dev.shunt.node.PreparedHeader;
import dev.shunt.node.Stage;
import java.net.InetSocketAddress;
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

  private final StageView view;
  private final ServiceLoop service;
  private final Stage[] stages;
  private final @Nullable Object[] attachments;
  private @Nullable Answer answer;
  private int begun;

  StageCalls(
      HttpExchange exchange,
      ServiceLoop service,
      InetSocketAddress remote,
      ServerChoice choice,
      ResponseRelay relay) {
    this.view = new StageView(exchange, service, remote, choice, relay, this);
    this.service = service;
    this.stages = service.stages();
    this.attachments = new Object[stages.length];
  }

  /** False when a stage failed. */
  boolean request(HttpHead head) {
    answer = null;
    begun = 0;
    try {
      while (begun < stages.length && answer == null) {
        stages[begun++].onRequest(head, view);
      }
      return true;
    } catch (RuntimeException | LinkageError e) {
      failed(stages[begun - 1], e);
      return false;
    }
  }

  /** In the opposite order; false when a stage failed. */
  boolean response(HttpHead head) {
    int at = begun;
    try {
      while (at > 0) {
        stages[--at].onResponse(head, view);
      }
      return true;
    } catch (RuntimeException | LinkageError e) {
      failed(stages[at], e);
      return false;
    }
  }

  void end() {
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

  /** What a stage answered to the request, null if none did. */
  @Nullable Answer answer() {
    return answer;
  }
}
