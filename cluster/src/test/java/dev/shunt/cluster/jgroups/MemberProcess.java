package dev.shunt.cluster.jgroups;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A {@link MemberMain} in a process of its own, and what it has said so far. */
final class MemberProcess implements AutoCloseable {

  /** A line: when it was printed on the host's monotonic clock, and what it says. */
  record Event(long nanos, String text) {

    boolean is(String kind) {
      return text.startsWith(kind + " ") || text.equals(kind);
    }

    String field(String name) {
      for (String word : text.split(" ")) {
        if (word.startsWith(name + "=")) {
          return word.substring(name.length() + 1);
        }
      }
      return "";
    }
  }

  /** When it could be taken for the scheduler. */
  record Claim(String member, long from, long until) {

    boolean overlaps(Claim other) {
      return from - other.until < 0 && other.from - until < 0;
    }
  }

  final String name;
  private final Process process;
  private final List<Event> events = new CopyOnWriteArrayList<>();

  MemberProcess(String name, List<String> command, Path errors) throws IOException {
    this.name = name;
    this.process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    Thread.ofPlatform().daemon().name("events-" + name).start(this::read);
  }

  private void read() {
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
      String line;
      while ((line = in.readLine()) != null) {
        int space = line.indexOf(' ');
        events.add(new Event(Long.parseLong(line.substring(0, space)), line.substring(space + 1)));
      }
    } catch (IOException e) {
      // the process is gone
    }
  }

  boolean alive() {
    return process.isAlive();
  }

  List<Event> events() {
    return List.copyOf(events);
  }

  Optional<Event> last(String kind) {
    return events.reversed().stream().filter(e -> e.is(kind)).findFirst();
  }

  /** The first event of a kind at or after an instant. */
  Optional<Event> firstSince(long nanos, String prefix) {
    return events.stream()
        .filter(e -> e.nanos() - nanos >= 0 && e.text().startsWith(prefix))
        .findFirst();
  }

  /** The scheduler and its term as it believes now, such as {@code m2@1048577}; or nothing. */
  Optional<String> belief() {
    return last("leadership")
        .filter(e -> !e.field("scheduler").equals("none"))
        .map(e -> e.field("scheduler") + "@" + e.field("term"));
  }

  long term() {
    return last("leadership").map(e -> Long.parseLong(e.field("term"))).orElse(0L);
  }

  /** Its view, such as {@code m1+,m2-}: plus for eligible. */
  String view() {
    return last("view").map(e -> e.text().split(" ")[1]).orElse("");
  }

  boolean hasAuthority() {
    return last("authority").filter(e -> e.field("held").equals("true")).isPresent();
  }

  /** From each grant of a lease to its end, by deadline or by giving up. */
  List<Claim> claims() {
    List<Claim> claims = new ArrayList<>();
    for (Event event : events) {
      if (!event.is("lease")) {
        continue;
      }
      long deadline = Long.parseLong(event.field("deadline"));
      Claim last = claims.isEmpty() ? null : claims.removeLast();
      if (deadline - event.nanos() <= 0) {
        // Given up, or found to be over; or a renewal whose line was held up until it was over.
        if (last != null) {
          boolean shortened = deadline - last.until() < 0;
          claims.add(shortened ? new Claim(name, last.from(), deadline) : last);
        }
      } else if (last != null && event.nanos() - last.until() < 0) { // renewed
        claims.add(new Claim(name, last.from(), deadline));
      } else {
        if (last != null) {
          claims.add(last);
        }
        claims.add(new Claim(name, event.nanos(), deadline));
      }
    }
    return claims;
  }

  void say(String command) throws IOException {
    process.outputWriter(StandardCharsets.UTF_8).append(command).append('\n').flush();
  }

  /** Kill, stop or continue; returns the instant before. */
  long signal(String signal) throws IOException, InterruptedException {
    long before = System.nanoTime();
    run("kill", "-" + signal, Long.toString(process.pid()));
    return before;
  }

  void awaitExit() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError(name + " does not end");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  static void run(String... command) throws IOException, InterruptedException {
    Process run = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output;
    try (var in =
        new BufferedReader(new InputStreamReader(run.getInputStream(), StandardCharsets.UTF_8))) {
      output = String.join("\n", in.lines().toList());
    }
    if (run.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
    }
  }
}
