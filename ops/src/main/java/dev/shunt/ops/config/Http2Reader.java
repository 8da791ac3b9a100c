package dev.shunt.ops.config;

import dev.shunt.node.Http2Limits;

/** Reads {@code http2:} of a service: whether it is spoken with clients, and their limits. */
final class Http2Reader {

  private static final ScalarType<Integer> FRAMES = Scalars.integer(1, Http2Limits.MAX_FRAMES);

  private Http2Reader() {}

  static Http2Limits read(Section service, ServiceMode mode) {
    if (service.has("http2") && mode == ServiceMode.DIRECT) {
      service
          .at("http2")
          .report("http2 with mode direct, whose requests no node reads", "http2 with mode http");
    }
    return service.section("http2").map(Http2Reader::limits).orElse(Http2Limits.DEFAULT);
  }

  private static Http2Limits limits(Section s) {
    Http2Limits d = Http2Limits.DEFAULT;
    Http2Limits limits =
        new Http2Limits(
            s.get("use", Scalars.SWITCH, d.enabled()),
            s.get("streams", Scalars.integer(1, Http2Limits.MAX_STREAMS), d.streams()),
            s.get(
                "stream_window",
                Scalars.smallSize(Http2Limits.MIN_WINDOW, Http2Limits.MAX_WINDOW),
                d.streamWindow()),
            s.get("resets", FRAMES, d.resets()),
            s.get("faults", FRAMES, d.faults()),
            s.get("settings", FRAMES, d.settings()),
            s.get("pings", FRAMES, d.pings()),
            s.get("empty_data", FRAMES, d.emptyData()),
            s.get("other_frames", FRAMES, d.otherFrames()),
            s.get(
                "continuations",
                Scalars.integer(1, Http2Limits.MAX_CONTINUATIONS),
                d.continuations()));
    s.finish();
    return limits;
  }
}
