package dev.shunt.ops.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the command line says about this host; empty is the file's or the built-in default.
 *
 * @param member which of the configured members this is
 * @param networkInterface the data interface
 * @param stateDirectory where votes are remembered
 * @param adminSocket path of the admin API's Unix socket
 */
public record LocalFlags(
    Optional<String> member,
    Optional<String> networkInterface,
    Optional<Path> stateDirectory,
    Optional<Path> adminSocket) {

  public static final LocalFlags NONE =
      new LocalFlags(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  public static LocalFlags ofMember(String member) {
    return new LocalFlags(
        Optional.of(member), Optional.empty(), Optional.empty(), Optional.empty());
  }
}
