package dev.shunt.ops.lab;

import java.util.List;

/**
 * Which way the packets of one connection go, counted at two ports of the switch: the scheduler's
 * and that of the node which serves the connection.
 *
 * @param toNodeLabelled packets of the client to the node that carried a label
 * @param toNodePlain those that carried none
 * @param fromNode packets from the VIP to the client that left the node
 * @param backPastScheduler those that were seen at the scheduler's port, in either direction
 * @param label the label seen last, or {@link Frame#NONE}
 */
public record PathEvidence(
    int toNodeLabelled, int toNodePlain, int fromNode, int backPastScheduler, int label) {

  /** So many packets must be seen each way before they prove anything. */
  static final int ENOUGH = 10;

  static final PathEvidence NONE = new PathEvidence(0, 0, 0, 0, Frame.NONE);

  public static PathEvidence of(List<Frame> atNode, List<Frame> atScheduler, int clientPort) {
    int labelled = 0;
    int plain = 0;
    int back = 0;
    int label = Frame.NONE;
    for (Frame frame : atNode) {
      if (isRequest(frame, clientPort)) {
        if (frame.labelled()) {
          labelled++;
          label = frame.label();
        } else {
          plain++;
        }
      } else if (isAnswer(frame, clientPort)) {
        back++;
      }
    }
    int atSchedulers =
        (int) atScheduler.stream().filter(frame -> isAnswer(frame, clientPort)).count();
    return new PathEvidence(labelled, plain, back, atSchedulers, label);
  }

  public boolean labelled() {
    return toNodeLabelled >= ENOUGH && toNodePlain == 0;
  }

  public boolean directReturn() {
    return fromNode >= ENOUGH && backPastScheduler == 0;
  }

  private static boolean isRequest(Frame frame, int clientPort) {
    return frame.to(LabTopology.VIP, LabTopology.WEB_PORT) && frame.sourcePort() == clientPort;
  }

  private static boolean isAnswer(Frame frame, int clientPort) {
    return frame.from(LabTopology.VIP, LabTopology.WEB_PORT)
        && frame.destinationPort() == clientPort;
  }
}
