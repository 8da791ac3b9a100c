package dev.shunt.integrationtests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every parser with what others may send it: first the seeds, then what Jazzer makes of them,
 * guided by the code that is reached. docs/TESTING.md has the flags.
 */
class ParserFuzzTest {

  private static final int SECONDS = Integer.getInteger("shunt.fuzz.parser.seconds", 2);
  private static final long SEED = Long.getLong("shunt.fuzz.parser.seed", 1);
  private static final String ONLY = System.getProperty("shunt.fuzz.parser", "");
  private static final String INPUT = System.getProperty("shunt.fuzz.parser.input", "");

  private static final Path FOLDER = Path.of("target", "fuzz").toAbsolutePath();
  private static final int AT_ONCE = 2;

  @ParameterizedTest
  @EnumSource
  void theSeedsAndAllThatWasEverFoundAreReadRightly(Fuzzer fuzzer) throws Exception {
    List<byte[]> seeds = Seeds.of(fuzzer);
    assertThat(seeds).isNotEmpty();
    for (byte[] seed : seeds) {
      assertThat(Seeds.bytes(Seeds.line(seed))).isEqualTo(seed);
      run(fuzzer, seed);
    }
  }

  @Test
  void whatJazzerMakesIsReadRightly(TestReporter reporter) throws Exception {
    if (!INPUT.isEmpty()) {
      wanted().forEach(fuzzer -> run(fuzzer, Seeds.bytes(INPUT)));
      return;
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Callable<String>> runs =
          wanted().stream().<Callable<String>>map(fuzzer -> () -> fuzz(fuzzer)).toList();
      for (Future<String> run : threads.invokeAll(runs)) {
        reporter.publishEntry(run.get());
      }
    }
  }

  private static List<Fuzzer> wanted() {
    List<Fuzzer> wanted =
        Arrays.stream(Fuzzer.values())
            .filter(fuzzer -> ONLY.isEmpty() ? fuzzer.inEveryRun() : fuzzer.label().equals(ONLY))
            .toList();
    assertThat(wanted).as("parsers called '%s'", ONLY).isNotEmpty();
    return wanted;
  }

  private static void run(Fuzzer fuzzer, byte[] input) {
    try {
      fuzzer.run(input);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(fuzzer.label() + ": " + Seeds.line(input), e);
    }
  }

  private static String fuzz(Fuzzer fuzzer) throws Exception {
    String name = fuzzer.label();
    Path folder = Files.createDirectories(FOLDER.resolve(name));
    JazzerRun run = JazzerRun.of(fuzzer, folder, SECONDS, SEED);
    run.finding()
        .ifPresent(input ->
            fail(
                "%s%nagain: -Dtest=ParserFuzzTest -Dshunt.fuzz.parser=%s"
                    + " '-Dshunt.fuzz.parser.input=%s'%nthat input belongs into fuzz/%s.txt",
                run.output(), name, input, name));
    assertThat(run.summary()).as("code was reached: %s", run.output()).contains("cov: ");
    return name + ": " + run.summary();
  }
}
