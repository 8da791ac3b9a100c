package dev.shunt.ops.cli;

import dev.shunt.ops.admin.AdminJson;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options {@code --json} and {@code --help} of every command, and where it writes. */
final class Output {

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Print JSON instead of text.")
  boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  PrintWriter err() {
    return spec.commandLine().getErr();
  }

  Style style() {
    return new Style(CommandLine.Help.Ansi.AUTO.enabled());
  }

  /** Prints a value as JSON if that was asked for. */
  boolean printedAsJson(Object value) {
    if (json) {
      out().println(AdminJson.pretty(value));
      out().flush();
    }
    return json;
  }

  /** Tells at once what goes on, beside the output. */
  void progress(String line) {
    err().println(line);
    err().flush();
  }

  void print(String text) {
    out().print(text);
    out().flush();
  }
}
