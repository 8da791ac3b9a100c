package dev.shunt.ops.config;

import java.nio.file.Path;

/** Where the members' shared secret is; never the secret itself. */
public sealed interface SecretSource {

  /** A file, relative to the configuration's folder or absolute; a trailing newline is not read. */
  record InFile(Path path) implements SecretSource {}

  /** An environment variable. */
  record InEnvironment(String variable) implements SecretSource {}
}
