package dev.shunt.cluster.jgroups;

import static dev.shunt.integrationtests.fuzz.Oracle.require;
import static dev.shunt.integrationtests.fuzz.Oracle.same;

import dev.shunt.cluster.MemberCalls;
import dev.shunt.cluster.election.MalformedMessageException;
import dev.shunt.cluster.election.Message;
import dev.shunt.cluster.election.MessageCodec;
import java.util.Arrays;

/**
 * What members tell each other, in the middle of a larger array: read or refused by the one
 * exception that is expected, and what is read is written again as what came.
 */
public final class PeerMessageFuzz {

  private static final int OFFSET = 3;

  private PeerMessageFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    byte[] around = new byte[input.length + 2 * OFFSET];
    Arrays.fill(around, (byte) 'C');
    System.arraycopy(input, 0, around, OFFSET, input.length);
    if (CallFrame.isCall(around, OFFSET, input.length)) {
      call(around, input);
    } else {
      message(around, input);
    }
  }

  private static void call(byte[] around, byte[] input) {
    CallFrame frame;
    try {
      frame = CallFrame.decode(around, OFFSET, input.length);
    } catch (IllegalArgumentException refused) {
      return;
    }
    require(frame.payload().toArray().length <= MemberCalls.MAX_BYTES, "a call beyond the limit");
    // A topic that is not UTF-8 is read as one of replacement characters, which may be longer.
    if (frame.topic().chars().allMatch(c -> c < 128)) {
      require(Arrays.equals(input, frame.encode()), "a call is written otherwise");
    }
  }

  private static void message(byte[] around, byte[] input) {
    try {
      Message message = MessageCodec.decode(around, OFFSET, input.length);
      same(
          message,
          MessageCodec.decode(MessageCodec.encode(message)),
          "a message that says something else again");
    } catch (MalformedMessageException refused) {
      require(refused.getMessage() != null, "nobody knows why");
    }
  }
}
