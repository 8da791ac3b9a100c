package dev.shunt.ops.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shunt lab chaos}: one fault, with load around it if wanted. */
@Command(
    name = "chaos",
    description = "Break a lab on purpose, or mend it; 'lab chaos' alone lists how.",
    mixinStandardHelpOptions = true)
final class ChaosCommand extends LabAction {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START_LIMIT = Duration.ofSeconds(20);
  private static final Duration BEFORE = Duration.ofSeconds(2);

  @Option(
      names = "--name",
      defaultValue = LabCommand.DEFAULT_NAME,
      description = "The lab's name (${DEFAULT-VALUE}).")
  private String name = LabCommand.DEFAULT_NAME;

  @Option(
      names = "--load",
      description = "Make load, and report it so many seconds after the fault.")
  private int loadSeconds;

  @Option(names = "--json", description = "Report the load as JSON.")
  private boolean json;

  @Parameters(index = "0", arity = "0..1", description = "What to do.")
  private String fault = "";

  @Parameters(index = "1", arity = "0..1", description = "To whom; see 'lab chaos'.")
  private String target = "";

  @Override
  int act() throws Exception {
    if (fault.isEmpty()) {
      print(Fault.usage());
      return OK;
    }
    Fault wanted = Fault.parse(fault);
    Lab lab = Lab.attach(name);
    if (loadSeconds <= 0) {
      print(lab.faults().apply(wanted, target));
      return OK;
    }
    try (Witness witness = Witness.start(lab);
        LoadHandle load = lab.load(LoadOptions.standard())) {
      Waiting.until(
          START_LIMIT, () -> load.lastTick().isPresent(), () -> "the load client says nothing");
      Waiting.pause(BEFORE);
      long from = Waiting.nowMicros();
      progress(lab.faults().apply(wanted, target));
      long struck = Waiting.nowMicros();
      Waiting.pause(Duration.ofSeconds(loadSeconds));
      LoadReport report = load.stop();
      Losses losses = Losses.between(report, witness.servedBy(), from, struck, Waiting.nowMicros());
      if (json) {
        print(JSON.writeValueAsString(losses));
      } else {
        print("%d requests, %d failed".formatted(report.requests(), report.failed()));
        losses.lines().forEach(this::print);
      }
    }
    return OK;
  }
}
