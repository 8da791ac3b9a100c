package dev.shunt.ops.cli;

import dev.shunt.ops.lab.LabCommand;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line: one table of subcommands, one set of exit codes. */
public final class Cli {

  /** Every subcommand, in the order of the help. */
  private static final List<Function<Host, Object>> TABLE =
      List.of(
          RunCommand::new,
          WitnessCommand::new,
          CheckCommand::new,
          StatusCommand::new,
          MembersCommand::new,
          ServicesCommand::new,
          SessionsCommand::new,
          LabelsCommand::new,
          WhereGoesCommand::new,
          TraceCommand::new,
          ExplainCommand::new,
          DrainCommand::new,
          UndrainCommand::new,
          StepDownCommand::new,
          CacheCommand::of,
          _ -> new EdgeCommand(),
          VersionCommand::new,
          TrainCommand::new,
          BenchCommand::new,
          host -> new LabCommand());

  private Cli() {}

  /** Runs a command and returns the exit code of the process. */
  public static int run(Host host, String... args) {
    return commandLine(host).execute(args);
  }

  /** The commands, ready to be given other streams to write to. */
  public static CommandLine commandLine(Host host) {
    CommandLine root = new CommandLine(new Root());
    TABLE.forEach(command -> root.addSubcommand(command.apply(host)));
    tellExitCodes(root);
    root.setExecutionExceptionHandler(Cli::failed);
    root.setParameterExceptionHandler(Cli::misused);
    root.setCaseInsensitiveEnumValuesAllowed(true);
    return root;
  }

  private static void tellExitCodes(CommandLine command) {
    command.getCommandSpec().usageMessage().exitCodeList(exitCodes());
    command.getSubcommands().values().forEach(Cli::tellExitCodes);
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    if (!(e instanceof CommandException known)) {
      throw e;
    }
    say(command, String.valueOf(known.getMessage()));
    return known.code().number();
  }

  /** One sentence and where help is, instead of the whole help. */
  private static int misused(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    say(command, String.valueOf(e.getMessage()));
    PrintWriter err = command.getErr();
    CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
    err.println("try: " + command.getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return ExitCode.USAGE.number();
  }

  private static void say(CommandLine command, String sentence) {
    command.getErr().println("shunt: " + sentence);
    command.getErr().flush();
  }

  private static Map<String, String> exitCodes() {
    return ExitCode.all().stream()
        .collect(
            Collectors.toMap(
                code -> " " + code.number(), ExitCode::meaning, (a, b) -> a, LinkedHashMap::new));
  }

  /** Without a subcommand: a mistake. */
  @Command(
      name = "shunt",
      mixinStandardHelpOptions = false,
      description = "A high-availability load-balancing array.",
      synopsisSubcommandLabel = "COMMAND",
      commandListHeading = "%nCommands:%n",
      exitCodeListHeading = "%nExit codes:%n",
      footer = {
        "",
        "Example:",
        "  shunt check shunt.yaml && shunt run --config shunt.yaml",
        "",
        "shunt COMMAND --help tells more about each."
      })
  static final class Root implements Runnable {

    @Spec CommandSpec spec = CommandSpec.create();

    @CommandLine.Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this help.")
    boolean help;

    @Override
    public void run() {
      throw new ParameterException(spec.commandLine(), "a command is missing");
    }
  }
}
