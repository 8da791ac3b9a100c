package dev.shunt.ops.cli;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.bench.RewriteWorker;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code shunt bench rewriting}: what {@code bench cdn} runs in a JVM like a daemon's. */
@Command(
    name = "rewriting",
    hidden = true,
    description = "Rewrite pages as lines of standard input ask for.",
    exitCodeListHeading = "%nExit codes:%n")
final class BenchRewritingCommand implements Callable<Integer> {

  @Mixin Output output = new Output();

  @Parameters(paramLabel = "DIR", description = "Where the pages are.")
  Path pages = Path.of("");

  @Override
  public Integer call() throws CommandException {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      new RewriteWorker(Ticker.system(), InstantSource.system()).run(pages, in, out);
      return ExitCode.OK.number();
    } catch (IOException e) {
      throw new CommandException(ExitCode.FAILED, RunningCommand.sentence(e), e);
    }
  }
}
