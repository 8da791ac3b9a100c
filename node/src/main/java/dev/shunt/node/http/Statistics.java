package dev.shunt.node.http;

import dev.shunt.node.Http2Stats;
import dev.shunt.node.LatencyStats;
import dev.shunt.node.PolicyStats;
import dev.shunt.node.ServerPool;
import dev.shunt.node.ServerStats;
import dev.shunt.node.ServiceStats;
import dev.shunt.node.TcpStats;
import dev.shunt.node.TlsStats;
import dev.shunt.node.UdpStats;
import dev.shunt.node.tls.TlsFront;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Adds up what the event loops count. */
final class Statistics {

  private final List<ServiceLoop> loops;

  private final Optional<Ejector> ejector;

  private Statistics(List<ServiceLoop> loops, Optional<Ejector> ejector) {
    this.loops = loops;
    this.ejector = ejector;
  }

  static ServiceStats of(
      ServiceRuntime runtime, List<ServiceLoop> loops, Optional<Ejector> ejector) {
    return new Statistics(loops, ejector).service(runtime);
  }

  private ServiceStats service(ServiceRuntime runtime) {
    return new ServiceStats(
        runtime.config().name(),
        sum(Count.CONNECTIONS),
        sum(Count.ACCEPTED),
        sum(Count.CONNECTIONS_REFUSED),
        sum(Count.CLIENTS_REFUSED),
        sum(Count.REQUESTS),
        sum(Count.ACTIVE),
        sum(Count.STATUS_1XX),
        sum(Count.STATUS_2XX),
        sum(Count.STATUS_3XX),
        sum(Count.STATUS_4XX),
        sum(Count.STATUS_5XX),
        sum(Count.BAD_REQUESTS),
        sum(Count.BAD_RESPONSES),
        sum(Count.TIMEOUTS),
        sum(Count.SLOW_CLIENTS),
        sum(Count.CROWDED_REFUSED),
        sum(Count.CROWDED_CUT),
        sum(Count.NO_SERVER),
        sum(Count.CONNECT_FAILURES),
        sum(Count.RETRIES),
        sum(Count.ABORTED),
        sum(Count.STAGE_ERRORS),
        sum(Count.TUNNELS),
        sum(Count.BYTES_IN),
        sum(Count.BYTES_OUT),
        tls(runtime.tls()),
        http2(),
        tcp(),
        udp(),
        runtime.meters().read(),
        policy(runtime.gate()),
        latency(),
        servers(runtime.pool()));
  }

  private long sum(Count counter) {
    return loops.stream().mapToLong(loop -> loop.counters.get(counter)).sum();
  }

  private TlsStats tls(@Nullable TlsFront front) {
    return front == null
        ? TlsStats.NONE
        : new TlsStats(
            sum(Count.TLS_HANDSHAKES),
            front.resumed(),
            sum(Count.TLS_FAILED),
            sum(Count.TLS_TIMEOUTS),
            sum(Count.TLS_REFUSED),
            sum(Count.MISDIRECTED),
            front.reloads(),
            front.reloadErrors(),
            front.ocsp().stapled.sum(),
            front.ocsp().missing.sum(),
            front.ocsp().updated.sum(),
            front.ocsp().failed.sum(),
            front.ocspStatus());
  }

  private Http2Stats http2() {
    return new Http2Stats(
        sum(Count.H2_CONNECTIONS),
        sum(Count.H2_STREAM_ERRORS),
        sum(Count.H2_CONNECTION_ERRORS),
        sum(Count.H2_HEADERS_TOO_LARGE),
        sum(Count.H2_RESET_FLOODS),
        sum(Count.H2_FAULT_FLOODS),
        sum(Count.H2_SETTINGS_FLOODS),
        sum(Count.H2_PING_FLOODS),
        sum(Count.H2_EMPTY_DATA_FLOODS),
        sum(Count.H2_OTHER_FLOODS),
        sum(Count.H2_CONTINUATION_FLOODS),
        sum(Count.H2_STALLED),
        sum(Count.H2_SERVER_ERRORS),
        sum(Count.H2_SERVER_FLOODS),
        sum(Count.H2_SERVER_UNPROCESSED));
  }

  private TcpStats tcp() {
    return new TcpStats(
        sum(Count.PROXY_HEADERS),
        sum(Count.PROXY_ERRORS),
        sum(Count.PROXY_TIMEOUTS),
        sum(Count.HELLO_ERRORS),
        sum(Count.HELLO_TIMEOUTS),
        sum(Count.UNKNOWN_NAMES),
        sum(Count.TCP_IDLE),
        sum(Count.TCP_TOO_OLD));
  }

  private UdpStats udp() {
    return new UdpStats(
        sum(Count.UDP_FROM_CLIENTS),
        sum(Count.UDP_TO_CLIENTS),
        sum(Count.UDP_BAD),
        sum(Count.UDP_DROPPED),
        sum(Count.UDP_SEND_FAILED),
        sum(Count.UDP_NO_SOCKET),
        sum(Count.UDP_MOVED),
        sum(Count.UDP_REPLACED),
        sum(Count.UDP_IDLE),
        sum(Count.UDP_TOO_OLD));
  }

  private PolicyStats policy(@Nullable AdmissionGate gate) {
    return new PolicyStats(
        ejector.map(Ejector::held).orElse(0L),
        sum(Count.RETRIES_EXHAUSTED),
        Optional.ofNullable(gate).map(g -> g.stats(loops)));
  }

  private LatencyStats latency() {
    Histogram all = ServiceLoop.emptyHistogram();
    long sum = 0;
    for (ServiceLoop loop : loops) {
      sum += loop.addLatency(all);
    }
    return new LatencyStats(
        all.getTotalCount(),
        sum,
        all.getValueAtPercentile(50),
        all.getValueAtPercentile(90),
        all.getValueAtPercentile(99),
        all.getValueAtPercentile(99.9),
        all.getMaxValue());
  }

  private List<ServerStats> servers(ServerPool pool) {
    List<ServerStats> servers = new ArrayList<>();
    for (int i = 0; i < pool.size(); i++) {
      servers.add(
          new ServerStats(
              pool.server(i),
              sum(i, ServerCount.REQUESTS),
              sum(i, ServerCount.ERRORS),
              ejections(i),
              sum(i, ServerCount.ACTIVE),
              sum(i, ServerCount.CONNECTIONS),
              sum(i, ServerCount.OPENED),
              sum(i, ServerCount.BYTES_OUT),
              sum(i, ServerCount.BYTES_IN)));
    }
    return servers;
  }

  private long ejections(int server) {
    return ejector.map(e -> e.ejections(server)).orElse(0L);
  }

  private long sum(int server, ServerCount counter) {
    return loops.stream().mapToLong(loop -> loop.slot(server).counters.get(counter)).sum();
  }
}
