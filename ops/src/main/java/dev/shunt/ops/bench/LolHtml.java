package dev.shunt.ops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * npm's {@code lol-html}, the streaming rewriter that others use, compiled to WebAssembly; with a
 * script that has it rewrite pages as {@link RewriteWorker} does.
 */
final class LolHtml {

  static final String NAME = "lol-html";

  /** The programs, and the Debian packages that they come from. */
  static final Map<String, String> PROGRAMS =
      Map.of("node", "nodejs", "npm", "npm", "setsid", "util-linux");

  private static final String SCRIPT = "rewrite.mjs";
  private static final List<String> FILES = List.of(SCRIPT, "package.json", "package-lock.json");
  private static final long INSTALL_SECONDS = 120;
  private static final Pattern ERROR = Pattern.compile("(?m)^npm (?:error|ERR!) code (\\w+)");

  private LolHtml() {}

  /**
   * Has npm bring it into the run's directory: the version and checksum that the lock file says.
   *
   * @throws BenchException if it can't
   */
  static void install(RunDirectory run) throws BenchException {
    try {
      for (String file : FILES) {
        Files.writeString(run.path().resolve(file), RunDirectory.resource(NAME + "/" + file));
      }
      ProcessBuilder npm =
          new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
      Process process =
          run.start("npm", npm.redirectOutput(run.path().resolve("npm.out").toFile()));
      boolean ended = process.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS);
      if (!ended || process.exitValue() != 0) {
        throw new BenchException(failure(run.errors("npm")));
      }
    } catch (IOException e) {
      throw new BenchException("npm: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  /** What becomes of npm's own words, which name the registry. */
  static String failure(String output) {
    Matcher code = ERROR.matcher(output);
    return "npm could not install lol-html (%s), which takes the network: npm ping says whether it is there"
        .formatted(code.find() ? code.group(1) : "no answer");
  }

  static List<String> command(RunDirectory run) {
    return List.of("node", run.path().resolve(SCRIPT).toString(), run.path().toString());
  }
}
