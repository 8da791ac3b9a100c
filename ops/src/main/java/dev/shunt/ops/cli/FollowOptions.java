package dev.shunt.ops.cli;

import dev.shunt.ops.admin.AdminJson;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** The options of commands that can go on listing. */
final class FollowOptions {

  /** The most that the daemon lists at once. */
  static final int MOST = 10_000;

  @Option(
      names = {"-F", "--follow"},
      description = "Go on, and tell each second what is new (+), changed (~) or gone (-).")
  boolean follow;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "With --follow: end after so many. Default: until interrupted.")
  int seconds;

  /** What is printed as JSON, one object to a line. */
  private record Told<R>(String event, R row) {}

  /** A listing that may be longer than what is followed. */
  record Listing<R>(List<R> rows, long matching) {}

  /**
   * Lists again and again.
   *
   * @param line a row as text, without a line feed
   */
  <R> void run(
      Output output, Follow<R> changes, Callable<Listing<R>> list, Function<R, String> line)
      throws CommandException {
    CountDownLatch stop = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(stop::countDown, "stop"));
    boolean warned = false;
    for (int passed = 0; seconds == 0 || passed <= seconds; passed++) {
      if (passed > 0 && isStopped(stop)) {
        return;
      }
      Listing<R> listing = list(list);
      for (Follow.Change<R> change : changes.next(listing.rows())) {
        String event = change.event().name().toLowerCase(Locale.ROOT);
        output.print(
            (output.json
                    ? AdminJson.text(new Told<>(event, change.row()))
                    : sign(change.event()) + " " + line.apply(change.row()))
                + System.lineSeparator());
      }
      if (listing.matching() > listing.rows().size() && !warned) {
        warned = true;
        output.err().printf("only the first %d are followed; filter them%n", MOST);
        output.err().flush();
      }
    }
  }

  private static char sign(Follow.Event event) {
    return switch (event) {
      case NEW -> '+';
      case CHANGED -> '~';
      case GONE -> '-';
    };
  }

  private static <R> Listing<R> list(Callable<Listing<R>> list) throws CommandException {
    try {
      return list.call();
    } catch (CommandException e) {
      throw e;
    } catch (Exception e) {
      throw new CommandException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  /** Waits a second; true if the process is about to end. */
  private static boolean isStopped(CountDownLatch stop) throws CommandException {
    try {
      return stop.await(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(ExitCode.FAILED, "interrupted", e);
    }
  }
}
