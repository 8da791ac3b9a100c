package dev.shunt.ops.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A running load client in the client's namespace. One caller at a time. */
public final class LoadHandle implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);
  private static final int MAX_WAITING = 64;

  private final Process process;
  private final Path log;
  private final LinkedBlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>(MAX_WAITING);
  private volatile LoadReport.@Nullable Tick lastTick;
  private @Nullable LoadReport last;

  private LoadHandle(Process process, Path log) {
    this.process = process;
    this.log = log;
    Thread.ofPlatform().daemon().name("load-" + process.pid()).start(this::listen);
  }

  static LoadHandle start(LabHosts hosts, LoadOptions options) {
    List<String> arguments =
        List.of(
            "lab",
            "load",
            "--target",
            options.host() + ":" + options.port(),
            "--connections",
            Integer.toString(options.connections()),
            "--interval-micros",
            Long.toString(options.interval().toNanos() / 1_000),
            "--bytes",
            Integer.toString(options.bytes()),
            "--fresh",
            Integer.toString(options.freshPerSecond()),
            "--hold-millis",
            Long.toString(options.hold().toMillis()),
            "--seconds",
            Long.toString(options.limit().toSeconds()));
    Path log = hosts.log("load");
    try {
      return new LoadHandle(
          new ProcessBuilder(hosts.small("client", new ArrayList<>(arguments)))
              .redirectError(Redirect.appendTo(log.toFile()))
              .start(),
          log);
    } catch (IOException e) {
      throw new LabException("starting the load client: " + e.getMessage(), e);
    }
  }

  /** The last full second, if one is over. */
  public Optional<LoadReport.Tick> lastTick() {
    return Optional.ofNullable(lastTick);
  }

  /** All that was seen until now. */
  public LoadReport report() {
    return report(ask("report"));
  }

  /** Opens more keep-alive connections. */
  public void addConnections(int count) {
    ask("connections " + count);
  }

  /**
   * Starts a download read at a rate in bytes per second; answers the client's port when bytes
   * come.
   */
  public int download(long bytes, long rate) {
    return ask("download %d %d".formatted(bytes, rate)).path("port").asInt();
  }

  public void cancel(int port) {
    ask("cancel " + port);
  }

  /** Lets downloads go on at full speed, to their end. */
  public void finishDownloads() {
    ask("finish");
  }

  /**
   * Begins to send datagrams to a port of the same host from some new sockets in turn, one every
   * {@link LoadBeats#INTERVAL}; answers the sockets' ports.
   */
  public List<Integer> addBeats(int port, int count) {
    return ports(ask("beats %d %d".formatted(port, count)));
  }

  /** Goes on from these sockets alone. */
  public void keepBeats(List<Integer> ports) {
    ask("keep " + String.join(" ", ports.stream().map(Object::toString).toList()));
  }

  /**
   * Ports of connections that there were at a time (of the machine's monotonic clock) and that have
   * neither been answered nor ended since.
   */
  public List<Integer> unsettled(long sinceMicros) {
    return ports(ask("unsettled " + sinceMicros));
  }

  private static List<Integer> ports(JsonNode answer) {
    List<Integer> ports = new ArrayList<>();
    answer.path("ports").forEach(one -> ports.add(one.asInt()));
    return ports;
  }

  /** Ends the load and answers the final report. */
  public LoadReport stop() {
    if (last == null) {
      last = report(ask("stop"));
      close();
    }
    return last;
  }

  /** Ends the client at once. */
  @Override
  public void close() {
    process.destroyForcibly();
  }

  private JsonNode ask(String command) {
    try {
      process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      JsonNode answer = answers.poll(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      if (answer == null || answer.has("error")) {
        throw new LabException(
            "load client: %s: %s"
                .formatted(
                    command, answer == null ? "no answer; see " + log : answer.path("error")));
      }
      return answer;
    } catch (IOException e) {
      throw new LabException("the load client is gone; see " + log, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted", e);
    }
  }

  private static LoadReport report(JsonNode answer) {
    try {
      return JSON.treeToValue(answer.path("report"), LoadReport.class);
    } catch (IOException e) {
      throw new LabException("the load client's report: " + e.getMessage(), e);
    }
  }

  private void listen() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode said = JSON.readTree(line);
        if (said.has("tick")) {
          lastTick = JSON.treeToValue(said.path("tick"), LoadReport.Tick.class);
        } else if (!answers.offer(said)) {
          throw new LabException("the load client says more than it is asked");
        }
      }
    } catch (IOException e) {
      if (process.isAlive()) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
