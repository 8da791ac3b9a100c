package dev.shunt.ops.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the process was started with, as far as configuration depends on it.
 *
 * @param variables environment variables
 * @param user who runs it
 * @param home the user's home directory
 */
public record HostEnvironment(Map<String, String> variables, String user, Path home) {

  private static final Path SYSTEM_RUNTIME = Path.of("/run/shunt");
  private static final Path SYSTEM_STATE = Path.of("/var/lib/shunt");

  public HostEnvironment {
    variables = Map.copyOf(variables);
  }

  /** This process's. */
  public static HostEnvironment current() {
    return new HostEnvironment(
        System.getenv(),
        System.getProperty("user.name", "nobody"),
        Path.of(System.getProperty("user.home", "/")));
  }

  public Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).filter(v -> !v.isBlank());
  }

  /** Where this user's daemons put their admin sockets. */
  public Path runtimeDirectory() {
    if (user.equals("root")) {
      return SYSTEM_RUNTIME;
    }
    return variable("XDG_RUNTIME_DIR")
        .map(d -> Path.of(d, "shunt"))
        .orElseGet(() -> Path.of(variable("TMPDIR").orElse("/tmp"), "shunt-" + user));
  }

  /** Where sockets are looked for: this user's first, then the system's. */
  public List<Path> runtimeDirectories() {
    List<Path> directories = new ArrayList<>(List.of(runtimeDirectory()));
    if (!directories.contains(SYSTEM_RUNTIME)) {
      directories.add(SYSTEM_RUNTIME);
    }
    return directories;
  }

  /** Where this user's daemons remember votes across restarts. */
  public Path stateDirectory() {
    if (user.equals("root")) {
      return SYSTEM_STATE;
    }
    return variable("XDG_STATE_HOME")
        .map(Path::of)
        .orElseGet(() -> home.resolve(".local/state"))
        .resolve("shunt");
  }
}
