package dev.shunt.node;

/**
 * What a client may do at most over one HTTP/2 connection. Those with a number per {@value
 * #WINDOW_SECONDS} s end the connection (ENHANCE_YOUR_CALM), and each has a counter of its own in
 * {@link Http2Stats}.
 *
 * @param streams requests under way at once (SETTINGS_MAX_CONCURRENT_STREAMS); beyond: refused
 * @param streamWindow bytes of one request's body that may wait for its server
 * @param resets streams that the client gives up (CVE-2023-44487)
 * @param faults streams that the client makes this node give up (CVE-2025-8671)
 * @param settings SETTINGS frames
 * @param pings PING frames
 * @param emptyData DATA frames that bring nothing and end nothing
 * @param otherFrames PRIORITY, WINDOW_UPDATE and unknown frames
 * @param continuations CONTINUATION frames of one header block that are smaller than they need be
 */
public record Http2Limits(
    boolean enabled,
    int streams,
    int streamWindow,
    int resets,
    int faults,
    int settings,
    int pings,
    int emptyData,
    int otherFrames,
    int continuations) {

  public static final int WINDOW_SECONDS = 10;
  public static final int MAX_STREAMS = 10_000;
  public static final int MIN_WINDOW = 16_384;
  public static final int MAX_WINDOW = 1 << 26;
  public static final int MAX_FRAMES = 1_000_000;
  public static final int MAX_CONTINUATIONS = 1024;

  public static final Http2Limits DEFAULT =
      new Http2Limits(true, 128, 262_144, 200, 200, 100, 100, 100, 20_000, 16);

  /** HTTP/2 is not spoken. */
  public static final Http2Limits OFF =
      new Http2Limits(false, 128, 262_144, 200, 200, 100, 100, 100, 20_000, 16);

  public Http2Limits {
    Ranges.check("http2, streams", streams, 1, MAX_STREAMS);
    Ranges.check("http2, stream window", streamWindow, MIN_WINDOW, MAX_WINDOW);
    Ranges.check("http2, resets", resets, 1, MAX_FRAMES);
    Ranges.check("http2, faults", faults, 1, MAX_FRAMES);
    Ranges.check("http2, settings", settings, 1, MAX_FRAMES);
    Ranges.check("http2, pings", pings, 1, MAX_FRAMES);
    Ranges.check("http2, empty data", emptyData, 1, MAX_FRAMES);
    Ranges.check("http2, other frames", otherFrames, 1, MAX_FRAMES);
    Ranges.check("http2, continuations", continuations, 1, MAX_CONTINUATIONS);
  }
}
