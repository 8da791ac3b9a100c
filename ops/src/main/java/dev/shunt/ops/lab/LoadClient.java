package dev.shunt.ops.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes load and tells what came of it: a line of JSON per second on its output, and an answer to
 * each command on its input.
 *
 * <p>Commands: {@code report}; {@code connections N} (N more); {@code download BYTES RATE} (answers
 * the client's port once bytes come); {@code cancel PORT}; {@code finish} (downloads at full
 * speed); {@code beats PORT N} ({@link LoadBeats}; answers their ports); {@code keep PORT…} (of the
 * beats only these); {@code unsettled MICROS}; {@code stop}. Each answer is one object with one
 * field, named after what it holds: {@code tick}, {@code report}, {@code done}, {@code port},
 * {@code ports} or {@code error}.
 */
final class LoadClient {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long DOWNLOAD_START_SECONDS = 5;
  private static final int MAX_DOWNLOADS = 64;

  private final LoadOptions options;
  private final SplittableRandom random;
  private final PrintStream out;
  private final LoadLog log = new LoadLog();
  private final List<LoadProber> probers = new CopyOnWriteArrayList<>();
  private final List<LoadDownload> downloads = new CopyOnWriteArrayList<>();
  private final @Nullable LoadFresh fresh;
  private final LoadBeats beats;

  LoadClient(LoadOptions options, SplittableRandom random, PrintStream out) {
    this.options = options;
    this.random = random;
    this.out = out;
    this.beats = new LoadBeats(options.host());
    this.fresh = options.freshPerSecond() > 0 ? new LoadFresh(options, log, random.split()) : null;
  }

  /** Makes load until told to stop, the input ends or the time is over. */
  void run(InputStream commands) {
    addConnections(options.connections());
    if (fresh != null) {
      start("fresh", fresh);
    }
    ScheduledExecutorService clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("tick").unstarted(task));
    try {
      var _ = clock.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
      Thread obeying = start("commands", () -> obey(commands));
      obeying.join(options.limit());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      clock.shutdownNow();
      probers.forEach(LoadProber::stop);
      downloads.forEach(LoadDownload::cancel);
      beats.stop();
      if (fresh != null) {
        fresh.stop();
      }
    }
    say("report", report());
  }

  private void obey(InputStream commands) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(commands, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals("stop")) {
          return;
        }
        answer(line.split(" "));
      }
    } catch (IOException e) {
      say("error", "reading commands: " + e.getMessage());
    }
  }

  private void answer(String[] command) {
    try {
      switch (command[0]) {
        case "report" -> say("report", report());
        case "connections" -> {
          addConnections(Integer.parseInt(argument(command, 1)));
          say("done", true);
        }
        case "download" ->
            say(
                "port",
                download(
                    Long.parseLong(argument(command, 1)), Long.parseLong(argument(command, 2))));
        case "cancel" -> {
          int port = Integer.parseInt(argument(command, 1));
          downloads.stream().filter(one -> one.port() == port).forEach(LoadDownload::cancel);
          say("done", true);
        }
        case "finish" -> {
          downloads.forEach(LoadDownload::finish);
          say("done", true);
        }
        case "beats" ->
            say("ports", beats.add(number(command, 1), number(command, 2), LoadClient::start));
        case "keep" -> {
          beats.keep(Arrays.stream(command).skip(1).map(Integer::parseInt).toList());
          say("done", true);
        }
        case "unsettled" -> say("ports", unsettled(Long.parseLong(argument(command, 1))));
        default -> say("error", "'" + command[0] + "': no such command");
      }
    } catch (IllegalArgumentException | IOException | LabException e) {
      say("error", String.join(" ", command) + ": " + e.getMessage());
    }
  }

  private static int number(String[] command, int index) {
    return Integer.parseInt(argument(command, index));
  }

  private static String argument(String[] command, int index) {
    if (index >= command.length) {
      throw new IllegalArgumentException("an argument is missing");
    }
    return command[index];
  }

  private void addConnections(int count) {
    if (count < 0 || probers.size() + count > LoadOptions.MAX_CONNECTIONS) {
      throw new LabException(
          "%d more connections: allowed are %d in all"
              .formatted(count, LoadOptions.MAX_CONNECTIONS));
    }
    for (int i = 0; i < count; i++) {
      LoadProber prober = new LoadProber(options, log, random.split());
      probers.add(prober);
      start("probe-" + probers.size(), prober);
    }
  }

  private int download(long size, long rate) {
    if (size < 1
        || size > LoadDownload.MAX_BYTES
        || rate < 1
        || downloads.size() >= MAX_DOWNLOADS) {
      throw new LabException(
          "allowed are %d downloads of 1 to %d bytes, at 1 byte/s or more"
              .formatted(MAX_DOWNLOADS, LoadDownload.MAX_BYTES));
    }
    LoadDownload download =
        new LoadDownload(options, log, random.nextLong(Long.MAX_VALUE), size, rate);
    downloads.add(download);
    start("download-" + downloads.size(), download);
    try {
      return download.connected().get(DOWNLOAD_START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new LabException("no bytes came: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted", e);
    }
  }

  private List<Integer> unsettled(long sinceMicros) {
    return Stream.concat(
            probers.stream().flatMap(prober -> prober.lives().stream()),
            fresh == null ? Stream.of() : fresh.lives().stream())
        .filter(life -> life.unsettledSince(sinceMicros))
        .map(LoadLife::port)
        .toList();
  }

  private void tick() {
    long downloaded = downloads.stream().mapToLong(LoadDownload::received).sum();
    say("tick", log.tick((int) probers.stream().filter(LoadProber::open).count(), downloaded));
  }

  private LoadReport report() {
    List<LoadReport.Connection> connections = new ArrayList<>();
    probers.stream()
        .flatMap(prober -> prober.lives().stream())
        .forEach(life -> connections.add(life.report()));
    if (fresh != null) {
      fresh.lives().forEach(life -> connections.add(life.report()));
    }
    return log.report(connections, downloads.stream().map(LoadDownload::report).toList());
  }

  private void say(String what, Object value) {
    try {
      String line = JSON.writeValueAsString(Map.of(what, value));
      synchronized (out) {
        out.println(line);
        out.flush();
      }
    } catch (IOException e) {
      throw new LabException("writing a " + what + ": " + e.getMessage(), e);
    }
  }

  private static Thread start(String name, Runnable task) {
    // Platform threads: a probe must not wait for a carrier that another one occupies.
    return Thread.ofPlatform().daemon().name(name).start(task);
  }
}
