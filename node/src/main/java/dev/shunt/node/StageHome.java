package dev.shunt.node;

import java.nio.file.Path;
import java.util.List;

/**
 * What a member gives its stages.
 *
 * @param plugins providers out of plug-in jars, beside those on the class path
 * @param directory the member's own; see {@link StageContext#directory}
 */
public record StageHome(List<StageProvider> plugins, Path directory) {

  public StageHome {
    plugins = List.copyOf(plugins);
  }

  /** Without plug-ins, where the process was started. */
  public static StageHome here() {
    return new StageHome(List.of(), Path.of("").toAbsolutePath());
  }
}
