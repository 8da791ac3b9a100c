package dev.shunt.ops.lab;

import picocli.CommandLine;

/** Starts {@code lab …} as the launcher's main class does, for tests of the lab alone. */
final class LabMain {

  private LabMain() {}

  public static void main(String[] arguments) {
    CommandLine shunt =
        new CommandLine(CommandLine.Model.CommandSpec.create().name("shunt"))
            .addSubcommand(new LabCommand());
    System.exit(shunt.execute(arguments));
  }
}
