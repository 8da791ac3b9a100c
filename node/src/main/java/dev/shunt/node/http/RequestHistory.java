package dev.shunt.node.http;

import dev.shunt.node.ExplainedRequest;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The recent requests and relayed connections, or sessions of datagrams, of one event loop, by
 * whose thread alone it is used: those under way that began among the last {@value #ENTRIES}, and
 * the last {@value #ENTRIES} that are over.
 */
final class RequestHistory {

  static final int ENTRIES = 2048;

  /** Odd, so that a loop's numbers differ for as long as there are numbers. */
  private static final long STEP = 0x9E3779B97F4A7C15L;

  /** Made when they are needed first. */
  private final @Nullable RequestEntry[] ring = new RequestEntry[ENTRIES];

  /** Of no request: nobody reads it. */
  private final RequestEntry none = new RequestEntry();

  private long nextId;
  private int next;

  /** What is added to the worker's clock to have nanoseconds since the epoch. */
  private long epoch;

  /**
   * @param firstId random, so that loops, members and their former lives have other numbers
   */
  RequestHistory(long firstId) {
    this.nextId = firstId;
  }

  /** Tells what time it is; said again and again, for the wall's clock may be put right. */
  void clock(long now, Instant time) {
    epoch = TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano() - now;
  }

  /** An entry for a request that has begun, with a number of its own. */
  RequestEntry begin(long now, ServiceLoop service, InetSocketAddress client, boolean secure) {
    RequestEntry entry = take();
    entry.begin(nextId, now, epoch + now, service, client, secure);
    nextId += STEP;
    return entry;
  }

  /** One that is refused before it is known what it is; answers its id. */
  String refused(
      long now, ServiceLoop service, InetSocketAddress client, int status, String reason) {
    RequestEntry entry = begin(now, service, client, service.runtime.tls() != null);
    entry.answered(status, reason);
    entry.end(now);
    return entry.idText();
  }

  RequestEntry none() {
    return none;
  }

  private RequestEntry take() {
    RequestEntry oldest = ring[next];
    if (oldest == null || oldest.isOpen()) {
      // A request that outlasts a whole round keeps its entry, and brings it back when it is over.
      oldest = new RequestEntry();
    }
    put(oldest);
    return oldest;
  }

  private void put(RequestEntry entry) {
    entry.place(next);
    ring[next] = entry;
    next = (next + 1) % ENTRIES;
  }

  /**
   * One for what is relayed; {@link #none} where no access log tells its number, for then nobody
   * can ask for it.
   */
  RequestEntry relays(
      long now, ServiceLoop service, InetSocketAddress client, boolean logged, String how) {
    if (!logged) {
      return none;
    }
    RequestEntry entry = begin(now, service, client, service.runtime.tls() != null);
    entry.relays(how);
    return entry;
  }

  /** The request is over. */
  @SuppressWarnings("ReferenceEquality") // It is about this very entry.
  void end(RequestEntry entry, long now) {
    if (entry == none) {
      return;
    }
    entry.end(now);
    if (ring[entry.place()] != entry) {
      put(entry);
    }
  }

  /**
   * A request that is remembered.
   *
   * @param id its number in hexadecimal digits, or what a trusted proxy called it
   * @param now on the worker's clock
   */
  Optional<ExplainedRequest> explain(String id, long now) {
    for (int i = 0; i < ENTRIES; i++) {
      // The newest first: what proxies give need not be unique.
      RequestEntry entry = ring[Math.floorMod(next - 1 - i, ENTRIES)];
      if (entry != null && (isNumber(id, entry.id()) || entry.isTold(id))) {
        return entry.explain(now);
      }
    }
    return Optional.empty();
  }

  private static boolean isNumber(String id, long number) {
    return id.length() == RequestEntry.DIGITS && id.equals(HexFormat.of().toHexDigits(number));
  }
}
