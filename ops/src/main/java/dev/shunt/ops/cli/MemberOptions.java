package dev.shunt.ops.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which daemon it is about: the same words for {@code run}, which is it, and for who asks it. */
final class MemberOptions {

  @Option(
      names = {"-m", "--member"},
      paramLabel = "NAME",
      description =
          "Which member: of those configured (run, witness), of those on this host (all others). May be"
              + " left out where there is only one.")
  @Nullable String name;

  @Option(
      names = {"-s", "--socket", "--admin-socket"},
      paramLabel = "PATH",
      description =
          "The daemon's admin socket. Default: the file's (run, witness); $$SHUNT_SOCKET, else the one that"
              + " is found (all others).")
  @Nullable Path socket;
}
