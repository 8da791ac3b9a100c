package dev.shunt.scheduler.xdp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Runs a command of the system to its end. */
final class Command {

  private static final int SECONDS = 20;

  private Command() {}

  /** Its output. Anything but success fails the test, with that output. */
  static String run(String... words) {
    return finished(words, true);
  }

  /** For clean-up: what is not there any more need not be removed. */
  static void tried(String... words) {
    finished(words, false);
  }

  private static String finished(String[] words, boolean mustSucceed) {
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(String.join(" ", words) + " did not end");
      }
      if (mustSucceed && process.exitValue() != 0) {
        throw new AssertionError(String.join(" ", words) + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
