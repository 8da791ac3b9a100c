package dev.shunt.ops.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What the demonstration of labels saw, and which of its claims that bears out. */
record LabelResult(
    LabelSteps steps,
    Session both,
    Session ordinary,
    Session plain,
    List<DemoResult.Claim> claims) {

  /** So few packets of a connection are analysed: the rest goes by the label. */
  private static final int MOST_ANALYSED = 8;

  private static final int MANY = 1_000;

  /** A client acknowledges many packets with one. */
  private static final int SOME = 100;

  /**
   * Packets in the scheduler's kernel.
   *
   * @param switched by a session's label, with it
   * @param unlabelled by a session's label, without it: to an ordinary client
   * @param analysed sent to a target by what they contain
   */
  record Counters(long switched, long unlabelled, long analysed) {

    static Counters of(MemberAdmin scheduler) {
      JsonNode all = scheduler.get("/v1/status").at("/data_plane/outcomes");
      long analysed = 0;
      for (String way : List.of("new", "opening", "established", "session")) {
        analysed += all.path("forward_" + way).asLong();
      }
      return new Counters(
          all.path("label_switch").asLong(), all.path("label_out").asLong(), analysed);
    }

    Counters since(Counters before) {
      return new Counters(
          switched - before.switched, unlabelled - before.unlabelled, analysed - before.analysed);
    }
  }

  /**
   * One download.
   *
   * @param entry its row in the session table, while it ran
   * @param labels its rows in the label switching table
   * @param frames at the scheduler's port, the first ones
   * @param whole all of it came
   */
  record Session(
      JsonNode entry, JsonNode labels, List<Frame> frames, Counters counters, boolean whole) {}

  boolean ok() {
    return claims.stream().allMatch(DemoResult.Claim::ok);
  }

  /** The verdict on the evidence; pure. */
  static LabelResult judge(
      LabTopology topology, LabelSteps steps, Session both, Session ordinary, Session plain) {
    int forth = steps.clientToServer().orElse(Frame.NONE);
    Counters by = both.counters;
    String client = topology.client().mac();
    List<DemoResult.Claim> claims =
        List.of(
            claim("all eight steps of a labelled session were captured", steps.complete()),
            claim(
                "C2S is odd, S2C = C2S + 1, and the session table has what the wire had",
                forth % 2 == 1
                    && both.entry.path("c2s").asInt() == forth
                    && both.entry.path("s2c").asInt() == forth + 1),
            claim(
                "%,d packets were switched by the label alone, %d were analysed; the download is whole"
                    .formatted(by.switched, by.analysed),
                by.switched > MANY && by.analysed <= MOST_ANALYSED && both.whole),
            claim(
                "an ordinary client never sees a label: %,d were taken off for it"
                    .formatted(ordinary.counters.unlabelled),
                ordinary.counters.unlabelled > MANY
                    && ordinary.whole
                    && ordinary.frames.stream()
                        .noneMatch(f -> f.labelled() && f.destinationMac().equals(client))),
            claim(
                "servers without labels get plain frames and answer past the scheduler",
                plain.whole
                    && plain.counters.analysed > SOME
                    && plain.frames.stream().noneMatch(Frame::labelled)
                    && plain.frames.stream()
                        .noneMatch(f -> f.source().equals(LabTopology.PLAIN_VIP))));
    return new LabelResult(steps, both, ordinary, plain, claims);
  }

  private static DemoResult.Claim claim(String sentence, boolean ok) {
    return new DemoResult.Claim(sentence, ok);
  }
}
