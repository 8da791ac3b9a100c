package dev.shunt.ops.bench;

import dev.shunt.ops.bench.Proxy.Used;
import dev.shunt.ops.lab.LabCertificate;
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

  /** Connections of a sample. */
  private static final int COUNT = 150;

  private final Stand stand;
  private final Set<String> only;
  private final int warmUp;

  /**
   * @param warmUp rounds that are thrown away: a JVM compiles what many connections use
   */
  HandshakeRounds(Stand stand, Set<String> only, int warmUp) {
    this.stand = stand;
    this.only = only;
    this.warmUp = warmUp;
  }

  List<BenchRow> run(int rounds) throws BenchException {
    List<BenchRow> rows = new ArrayList<>();
    Path certificate = stand.certificate().orElseThrow();
    try {
      for (String row : ROWS) {
        if (only.isEmpty() || only.contains(row)) {
          Contest contest = new Contest();
          for (int round = -warmUp; round < rounds; round++) {
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
      SSLContext context = LabCertificate.trusting(certificate);
      long begun = Handshakes.connect(context, proxy.port());
      Used before = proxy.used();
      for (int i = 0; i < COUNT; i++) {
        if (!resumed) {
          context = Handshakes.forgetting(context);
        }
        long of = Handshakes.connect(context, proxy.port());
        if (resumed && of != begun) {
          throw new BenchException(proxy.kind() + " resumed no session");
        } else if (!resumed && of == begun && i > 0) { // The first may be of the same millisecond.
          throw new BenchException(proxy.kind() + " resumed a session that was forgotten");
        }
      }
      if (round >= 0) {
        contest.add(proxy.kind(), proxy.used().since(before).all() * 1e6 / COUNT);
      }
    }
  }
}
