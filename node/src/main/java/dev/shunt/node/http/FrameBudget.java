package dev.shunt.node.http;

import dev.shunt.node.Http2Limits;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * How many frames of each kind a connection may still send in the present window of time. What
 * costs a client next to nothing must not cost a node much: floods of such frames are the attacks
 * of CVE-2019-9512 to 9518, CVE-2023-44487 and CVE-2025-8671.
 */
final class FrameBudget {

  /** What is counted, and under which name a flood of it is. */
  enum Kind {
    RESET(Count.H2_RESET_FLOODS, "RST_STREAM"),
    FAULT(Count.H2_FAULT_FLOODS, "stream errors"),
    SETTINGS(Count.H2_SETTINGS_FLOODS, "SETTINGS"),
    PING(Count.H2_PING_FLOODS, "PING"),
    EMPTY_DATA(Count.H2_EMPTY_DATA_FLOODS, "empty DATA"),
    OTHER(Count.H2_OTHER_FLOODS, "PRIORITY, WINDOW_UPDATE and unknown frames");

    private final Count flood;
    private final String label;

    Kind(Count flood, String label) {
      this.flood = flood;
      this.label = label;
    }
  }

  private static final long WINDOW = TimeUnit.SECONDS.toNanos(Http2Limits.WINDOW_SECONDS);

  /**
   * What a server may send in a window of time. It is trusted more than a client, and the windows
   * that it opens and the streams that it resets grow with what it is asked for.
   */
  private static final int OF_SERVER = 1_000_000;

  private static final int PLAIN_OF_SERVER = 20_000;
  private static final int SETTINGS_OF_SERVER = 100;

  private final ServiceLoop service;
  private final boolean ofServer;
  private final int[] spent = new int[Kind.values().length];
  private long windowEnd;

  /**
   * @param ofServer whether it is about a server's connection, not a client's
   */
  FrameBudget(ServiceLoop service, boolean ofServer) {
    this.service = service;
    this.ofServer = ofServer;
    this.windowEnd = service.worker.now() + WINDOW;
  }

  /**
   * Counts one.
   *
   * @throws Http2Exception when it is one too many
   */
  @SuppressWarnings("EnumOrdinal") // The index of an array, never kept beyond the process.
  void spend(Kind kind) throws Http2Exception {
    if (++spent[kind.ordinal()] <= allowed(kind)) {
      return;
    }
    long now = service.worker.now();
    if (now - windowEnd >= 0) {
      windowEnd = now + WINDOW;
      Arrays.fill(spent, 0);
      spent[kind.ordinal()] = 1;
      return;
    }
    service.counters.increment(ofServer ? Count.H2_SERVER_FLOODS : kind.flood);
    throw Http2Exception.connectionError(
        Http2Error.ENHANCE_YOUR_CALM,
        "more than %d of %s in %d s",
        allowed(kind),
        kind.label,
        Http2Limits.WINDOW_SECONDS);
  }

  private int allowed(Kind kind) {
    Http2Limits limits = service.http2;
    if (ofServer) {
      return switch (kind) {
        case SETTINGS -> SETTINGS_OF_SERVER;
        case PING, EMPTY_DATA, FAULT -> PLAIN_OF_SERVER;
        case RESET, OTHER -> OF_SERVER;
      };
    }
    return switch (kind) {
      case RESET -> limits.resets();
      case FAULT -> limits.faults();
      case SETTINGS -> limits.settings();
      case PING -> limits.pings();
      case EMPTY_DATA -> limits.emptyData();
      case OTHER -> limits.otherFrames();
    };
  }
}
