package dev.shunt.node.http;

import dev.shunt.integrationtests.fuzz.Oracle;
import dev.shunt.integrationtests.fuzz.Parts;
import dev.shunt.node.http.MessageReading.End;
import dev.shunt.node.http.MessageReading.Message;
import java.util.List;
import java.util.Optional;

/**
 * Compares what the node reads with what Netty's decoder reads: whatever the node accepts, Netty
 * accepts and reads alike; what the node refuses and Netty does not has a reason in {@link
 * Stricter}. However the bytes were cut.
 */
final class Differential {

  /**
   * What came of one stream.
   *
   * @param messages that both read alike
   * @param stricter why only the node refused the next one
   */
  record Outcome(int messages, Optional<Stricter> stricter) {}

  private final byte[] input;
  private final boolean requests;

  private Differential(byte[] input, boolean requests) {
    this.input = input;
    this.requests = requests;
  }

  /**
   * @throws AssertionError when there is a difference without a reason
   */
  static Outcome ofRequests(byte[] input) {
    return new Differential(input, true).run();
  }

  /**
   * @throws AssertionError when there is a difference without a reason
   */
  static Outcome ofResponses(byte[] input) {
    return new Differential(input, false).run();
  }

  private Outcome run() {
    MessageReading ours = ours(Parts.whole());
    for (Parts parts : List.of(Parts.some(input), Parts.bytes(input))) {
      MessageReading cut = ours(parts);
      check(cut.equals(ours), "the node reads it otherwise in pieces", ours, cut);
    }
    compare(ours, nettys(Parts.some(input)));
    return new Outcome(ours.complete(), compare(ours, nettys(Parts.whole())));
  }

  private MessageReading ours(Parts parts) {
    return requests ? ShuntReader.requests(input, parts) : ShuntReader.responses(input, parts);
  }

  private MessageReading nettys(Parts parts) {
    return requests ? NettyReader.requests(input, parts) : NettyReader.responses(input, parts);
  }

  private Optional<Stricter> compare(MessageReading ours, MessageReading nettys) {
    for (int i = 0; i < ours.messages().size(); i++) {
      Message mine = ours.messages().get(i);
      check(i < nettys.messages().size(), "only Netty refuses", ours, nettys);
      Message other = nettys.messages().get(i);
      check(
          mine.complete() ? mine.equals(other) : begins(mine, other),
          "the two read different messages",
          ours,
          nettys);
      check(
          mine.complete() == other.complete() || ours.end() == End.REFUSED,
          "only Netty finds the end",
          ours,
          nettys);
    }
    int at = ours.complete();
    boolean onlyOurs =
        ours.end() == End.REFUSED
            && at < nettys.messages().size()
            && nettys.messages().get(at).complete();
    return onlyOurs ? Optional.of(reason(ours, nettys, at)) : Optional.empty();
  }

  private Stricter reason(MessageReading ours, MessageReading nettys, int at) {
    String raw = Oracle.text(input).substring(ours.last());
    Optional<Stricter> reason = Stricter.of(ours.detail(), raw, nettys.messages().get(at));
    check(reason.isPresent(), "only the node refuses, and for no known reason", ours, nettys);
    return reason.orElseThrow();
  }

  private static boolean begins(Message part, Message whole) {
    return part.startLine().equals(whole.startLine())
        && part.fields().equals(whole.fields())
        && whole.body().startsWith(part.body());
  }

  private void check(boolean condition, String otherwise, Object one, Object other) {
    if (!condition) {
      throw new AssertionError(
          "%s%n%s%n%s%n%s".formatted(otherwise, Oracle.text(input), one, other));
    }
  }
}
