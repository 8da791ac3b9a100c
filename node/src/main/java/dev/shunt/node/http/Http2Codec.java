package dev.shunt.node.http;

import dev.shunt.node.Http2Limits;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;

/**
 * Netty's codec as one connection of a client has it: with the service's limits, and without
 * Netty's own limits of floods, which nobody could count.
 *
 * @param budget what its frames are counted in
 * @param closed the streams that it has closed last
 */
record Http2Codec(
    Http2ConnectionDecoder decoder,
    Http2ConnectionEncoder encoder,
    Http2Settings settings,
    FrameBudget budget,
    ClosedStreams closed) {

  /** What HPACK adds to each field when it counts (RFC 9113 section 6.5.2). */
  private static final int FIELD_OVERHEAD = 32;

  /** A window is opened again when half of it has been used. */
  private static final float WINDOW_RATIO = 0.5f;

  static Http2Codec of(ServiceLoop service) {
    Http2Limits limits = service.http2;
    long listSize =
        (long) service.limits.headerBytes() + (long) FIELD_OVERHEAD * service.limits.headerCount();
    Http2Connection connection = new DefaultHttp2Connection(true, 0);
    connection.remote().maxActiveStreams(limits.streams());
    connection
        .local()
        .flowController(new DefaultHttp2LocalFlowController(connection, WINDOW_RATIO, true));
    FrameBudget budget = new FrameBudget(service);
    ClosedStreams closed = new ClosedStreams();
    DefaultHttp2FrameReader reader =
        new DefaultHttp2FrameReader(
            new DefaultHttp2HeadersDecoder(true, listSize), limits.continuations());
    Http2ConnectionEncoder encoder =
        new DefaultHttp2ConnectionEncoder(connection, new DefaultHttp2FrameWriter());
    Http2ConnectionDecoder decoder =
        new DefaultHttp2ConnectionDecoder(
            connection,
            encoder,
            new CountedFrames(reader, budget, connection, closed),
            Http2PromisedRequestVerifier.ALWAYS_VERIFY,
            true,
            true,
            true,
            true);
    Http2Settings settings =
        new Http2Settings()
            .maxConcurrentStreams(limits.streams())
            .initialWindowSize(limits.streamWindow())
            .maxHeaderListSize(listSize);
    return new Http2Codec(decoder, encoder, settings, budget, closed);
  }
}
