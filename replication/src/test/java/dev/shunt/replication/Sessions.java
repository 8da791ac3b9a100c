package dev.shunt.replication;

import dev.shunt.cluster.Term;
import java.util.List;
import java.util.stream.IntStream;

/** Sessions for tests. */
public final class Sessions {

  public static final Term FIRST = Term.of(1, 0);
  public static final Term SECOND = Term.of(2, 0);
  public static final long BEGAN = 1_700_000_000_000L;

  private Sessions() {}

  /** The flow of the {@code number}-th client, for numbers below sixteen million. */
  public static Flow flow(int number) {
    return Flow.ofIpv4(
        Protocol.TCP, 0x0a00_0000 + number / 50_000, 1024 + number % 50_000, 0xc633_6401, 80);
  }

  public static Session session(int number, Term term) {
    return new Session(flow(number), 16 + number % 3, SessionState.OPENING, term, BEGAN);
  }

  public static List<Session> sessions(int count, Term term) {
    return IntStream.range(0, count).mapToObj(number -> session(number, term)).toList();
  }
}
