package dev.shunt.ops.lab;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which member answered which connection, by the client's port, as the frames at the members' own
 * switch ports show it: a claim of no member, but what was on the wire.
 *
 * @param accepted the member whose SYN-ACK the connection got
 * @param refused for connections without one, the member that sent a reset
 */
public record ServedBy(Map<Integer, String> accepted, Map<Integer, String> refused) {

  /** From frames each member sent with the VIP as source. */
  static ServedBy of(Map<String, List<Frame>> sentBy) {
    Map<Integer, String> accepted = new HashMap<>();
    Map<Integer, String> refused = new HashMap<>();
    sentBy.forEach((member, frames) -> {
      for (Frame frame : frames) {
        if ((frame.tcpFlags() & Frame.SYN) != 0) {
          accepted.put(frame.destinationPort(), member);
        } else if ((frame.tcpFlags() & Frame.RST) != 0) {
          refused.putIfAbsent(frame.destinationPort(), member);
        }
      }
    });
    refused.keySet().removeAll(accepted.keySet());
    return new ServedBy(accepted, refused);
  }

  /** The member that accepted the connection, or else refused it; empty if none answered at all. */
  public Optional<String> member(int port) {
    return Optional.ofNullable(accepted.getOrDefault(port, refused.get(port)));
  }
}
