package dev.shunt.ops.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code shunt lab demo}: the whole story, and exit code 0 only if all of it was observed. */
@Command(
    name = "demo",
    description = "Build a lab, load it, break it, and show what was lost.",
    mixinStandardHelpOptions = true)
final class DemoCommand extends LabAction {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Option(names = "--name", description = "The lab's name (demo and the process id).")
  private String name = "demo" + ProcessHandle.current().pid();

  @Option(names = "--members", description = "How many members, 3 to 7 (${DEFAULT-VALUE}).")
  private int members = LabOptions.DEFAULT_MEMBERS;

  @Option(names = "--servers", description = "How many servers, 1 to 9 (${DEFAULT-VALUE}).")
  private int servers = LabOptions.DEFAULT_SERVERS;

  @Option(
      names = "--seconds",
      description = "Of quiet load before the first fault (${DEFAULT-VALUE}).")
  private int seconds = 4;

  @Option(names = "--observe", description = "Seconds of load after each fault (${DEFAULT-VALUE}).")
  private int observe = 4;

  @Option(
      names = "--labels",
      description =
          "Show the eight steps of a labelled session, as they were captured, instead of the faults.")
  private boolean labels;

  @Option(
      names = "--json",
      description = "The result as one object; the story goes to standard error.")
  private boolean json;

  @Override
  int act() throws Exception {
    DemoOptions options = new DemoOptions(name, members, servers, seconds, observe);
    try (DemoScreen screen = new DemoScreen(json ? this::progress : this::print)) {
      if (labels) {
        return labels(options, screen);
      }
      DemoResult result = new LabDemo(options, screen).run();
      if (json) {
        print(JSON.writeValueAsString(result));
      } else {
        screen.summary(result);
      }
      return result.ok() ? OK : FAILED;
    }
  }

  private int labels(DemoOptions options, DemoScreen screen) throws Exception {
    LabelResult result = new LabelDemo(options, screen).run();
    if (json) {
      print(JSON.writeValueAsString(result));
    } else {
      screen.claims(result.claims());
    }
    return result.ok() ? OK : FAILED;
  }
}
