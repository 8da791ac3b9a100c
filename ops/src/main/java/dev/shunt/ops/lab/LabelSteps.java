package dev.shunt.ops.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * The eight steps of a labelled session (claim L8), looked for in the frames that the scheduler's
 * port of the switch saw, each behind the one before it.
 *
 * @param asked the client's first packet with the label that asks for labels, and where it went
 * @param steps as far as they were found, at most eight
 */
public record LabelSteps(List<Step> asked, List<Step> steps) {

  /** With this label a client asks to be given one. */
  public static final int ASK = 16;

  public static final int FIRST_SESSION_LABEL = 8193;

  private static final int COUNT = 8;

  /**
   * One step.
   *
   * @param number 1 to 8; 0 before the first
   * @param at the frame's place in the capture, from 1; of steps 3 and 6, which are thoughts, the
   *     frame that they are about
   * @param frame that shows it
   */
  public record Step(int number, String what, int at, Frame frame) {

    /** Whether the frame itself is this step, and not what a host made of it. */
    public boolean onTheWire() {
      return number != 3 && number != 6;
    }
  }

  /** Whether all eight were found. */
  public boolean complete() {
    return steps.size() == COUNT;
  }

  /** The session's label from client to server, if the second step was found. */
  public Optional<Integer> clientToServer() {
    return steps.stream().filter(s -> s.number == 2).map(s -> s.frame.label()).findFirst();
  }

  /**
   * Looks for them.
   *
   * @param frames at the scheduler's port, in order
   */
  public static LabelSteps in(
      List<Frame> frames, LabHost client, LabHost scheduler, LabHost server) {
    Finder finder = new Finder(frames);
    List<Step> asked = new ArrayList<>();
    finder.next(0, "the client asks for labels", client, scheduler, ASK).ifPresent(asked::add);
    finder
        .next(0, "to the server, with its own label", scheduler, server, server(frames, server))
        .ifPresent(asked::add);
    List<Step> steps = new ArrayList<>();
    // The SYN made no session yet: this packet does.
    Optional<Step> first =
        finder.next(
            1,
            "analysed: a session, C2S label assigned",
            client,
            scheduler,
            label -> label == Frame.NONE || label == ASK);
    Optional<Step> second =
        first.flatMap(_ ->
            finder.next(
                2,
                "server assigned, C2S label attached",
                scheduler,
                server,
                label -> label >= FIRST_SESSION_LABEL && label % 2 == 1));
    first.ifPresent(steps::add);
    second.ifPresent(step -> {
      steps.add(step);
      addRest(steps, finder, step, client, scheduler, server);
    });
    return new LabelSteps(List.copyOf(asked), List.copyOf(steps));
  }

  private static void addRest(
      List<Step> steps,
      Finder finder,
      Step second,
      LabHost client,
      LabHost scheduler,
      LabHost server) {
    int forth = second.frame.label();
    int back = forth + 1;
    Optional<Step> answer = finder.next(4, "answered with the S2C label", server, scheduler, back);
    if (answer.isEmpty()) {
      return;
    }
    steps.add(thought(3, "the server: S2C = %d + 1 = %d".formatted(forth, back), second));
    steps.add(answer.get());
    Optional<Step> toClient =
        finder.next(5, "switched by its label to the client", scheduler, client, back);
    toClient.ifPresent(steps::add);
    Optional<Step> fromClient =
        toClient.flatMap(_ -> finder.next(7, "sent with the C2S label", client, scheduler, forth));
    if (toClient.isEmpty() || fromClient.isEmpty()) {
      return;
    }
    steps.add(thought(6, "the client: C2S = %d - 1 = %d".formatted(back, forth), toClient.get()));
    steps.add(fromClient.get());
    finder
        .next(8, "switched by its label to the server", scheduler, server, forth)
        .ifPresent(steps::add);
  }

  private static Step thought(int number, String what, Step about) {
    return new Step(number, what, about.at, about.frame);
  }

  /** The label by which the scheduler reaches the server itself. */
  private static int server(List<Frame> frames, LabHost server) {
    return frames.stream()
        .filter(frame -> frame.destinationMac().equals(server.mac()) && frame.labelled())
        .mapToInt(Frame::label)
        .filter(label -> label < FIRST_SESSION_LABEL)
        .findFirst()
        .orElse(Frame.NONE);
  }

  /** Goes through the frames once, forwards. */
  private static final class Finder {
    private final List<Frame> frames;
    private int at;

    Finder(List<Frame> frames) {
      this.frames = frames;
    }

    Optional<Step> next(int number, String what, LabHost from, LabHost to, int label) {
      return next(number, what, from, to, carried -> carried == label);
    }

    Optional<Step> next(int number, String what, LabHost from, LabHost to, IntPredicate isLabel) {
      for (int i = at; i < frames.size(); i++) {
        Frame frame = frames.get(i);
        if (isLabel.test(frame.label())
            && !frame.source().isEmpty()
            && frame.sourceMac().equals(from.mac())
            && frame.destinationMac().equals(to.mac())) {
          at = i + 1;
          return Optional.of(new Step(number, what, at, frame));
        }
      }
      return Optional.empty();
    }
  }
}
