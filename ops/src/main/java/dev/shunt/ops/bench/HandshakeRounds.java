package dev.shunt.ops.bench;

import dev.shunt.ops.bench.Proxy.Used;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;

/** Processor time that a connection takes: a TLS 1.3 handshake, a request, and the end. */
final class HandshakeRounds {

  static final String FULL = "handshake-full";
  static final String RESUMED = "handshake-resumed";
  static final List<String> ROWS = List.of(FULL, RESUMED);

  /** Rounds that are thrown away. */
  private static final int WARM_UP = 2;

  /** Connections of a sample. */
  private static final int COUNT = 150;

  private final Stand stand;
  private final Set<String> only;

  HandshakeRounds(Stand stand, Set<String> only) {
    this.stand = stand;
    this.only = only;
  }

  List<BenchRow> run(int rounds) throws BenchException {
    List<BenchRow> rows = new ArrayList<>();
    Path certificate = stand.certificate().orElseThrow();
    try {
      for (String row : ROWS) {
        if (only.isEmpty() || only.contains(row)) {
          Contest contest = new Contest();
          for (int round = -WARM_UP; round < rounds; round++) {
            round(contest, row.equals(RESUMED), certificate, round);
          }
          String what =
              row.equals(RESUMED)
                  ? "processor time a connection, session resumed, one request"
                  : "processor time a connection, full handshake, one request";
          rows.addAll(contest.rows(row, what, "us", ProxyBench.TLS_LIMIT));
        }
      }
      return rows;
    } catch (IOException | GeneralSecurityException e) {
      throw new BenchException("handshakes: " + e, e);
    }
  }

  /** Rounds of negative numbers are thrown away. */
  private void round(Contest contest, boolean resumed, Path certificate, int round)
      throws IOException, GeneralSecurityException, BenchException {
    List<Proxy> order = new ArrayList<>(stand.proxies());
    Collections.rotate(order, Math.abs(round));
    for (Proxy proxy : order) {
      SSLContext context = Handshakes.trusting(certificate);
      long begun = Handshakes.connect(context, proxy.port());
      Used before = proxy.used();
      for (int i = 0; i < COUNT; i++) {
        if (!resumed) {
          context = Handshakes.forgetting(context);
        }
        boolean same = Handshakes.connect(context, proxy.port()) == begun;
        if (resumed && !same) {
          throw new BenchException(proxy.kind() + " resumed no session");
        }
      }
      if (round >= 0) {
        contest.add(proxy.kind(), proxy.used().since(before).all() * 1e6 / COUNT);
      }
    }
  }
}
