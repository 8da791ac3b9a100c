package dev.shunt.node.http;

import dev.shunt.node.Http2Limits;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import org.jspecify.annotations.Nullable;

/**
 * Netty's codec as one connection has it: with the service's limits, and without Netty's own limits
 * of floods, which nobody could count.
 *
 * @param budget what its frames are counted in
 * @param closed the streams that it has closed last
 * @param queued what waits for windows of the other end
 */
record Http2Codec(
    Http2ConnectionDecoder decoder,
    Http2ConnectionEncoder encoder,
    Http2Settings settings,
    FrameBudget budget,
    ClosedStreams closed,
    QueuedData queued) {

  /** What HPACK adds to each field when it counts (RFC 9113 section 6.5.2). */
  private static final int FIELD_OVERHEAD = 32;

  /** A window is opened again when half of it has been used. */
  private static final float WINDOW_RATIO = 0.5f;

  static Http2Codec of(ServiceLoop service) {
    Http2Limits limits = service.http2;
    Http2Connection connection = new DefaultHttp2Connection(true, 0);
    connection.remote().maxActiveStreams(limits.streams());
    Http2Settings settings =
        new Http2Settings()
            .maxConcurrentStreams(limits.streams())
            .initialWindowSize(limits.streamWindow())
            .maxHeaderListSize(listSize(service))
            .connectProtocolEnabled(true);
    ClosedStreams closed = new ClosedStreams();
    return of(service, connection, settings, new FrameBudget(service, false), closed);
  }

  /** For a connection to a server, who may push nothing. */
  static Http2Codec toServer(ServiceLoop service) throws Http2Exception {
    Http2Connection connection = new DefaultHttp2Connection(false, 0);
    connection.local().allowPushTo(false);
    Http2Settings settings =
        new Http2Settings()
            .pushEnabled(false)
            .initialWindowSize(service.runtime.config().toServers().streamWindow())
            .maxHeaderListSize(listSize(service));
    return of(service, connection, settings, new FrameBudget(service, true), null);
  }

  private static long listSize(ServiceLoop service) {
    return (long) service.limits.headerBytes()
        + (long) FIELD_OVERHEAD * service.limits.headerCount();
  }

  private static Http2Codec of(
      ServiceLoop service,
      Http2Connection connection,
      Http2Settings settings,
      FrameBudget budget,
      @Nullable ClosedStreams closed) {
    connection
        .local()
        .flowController(new DefaultHttp2LocalFlowController(connection, WINDOW_RATIO, true));
    QueuedData queued = new QueuedData(connection);
    connection.remote().flowController(new DefaultHttp2RemoteFlowController(connection, queued));
    DefaultHttp2FrameReader reader =
        new DefaultHttp2FrameReader(
            new DefaultHttp2HeadersDecoder(true, listSize(service)), service.http2.continuations());
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
    return new Http2Codec(
        decoder, encoder, settings, budget, closed == null ? new ClosedStreams() : closed, queued);
  }
}
