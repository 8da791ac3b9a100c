package dev.shunt.node.http;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.StreamByteDistributor;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import org.jspecify.annotations.Nullable;

/**
 * Netty's distribution of an HTTP/2 connection's window among its streams, which counts what waits
 * for it. On the connection's event loop.
 *
 * <p>Streams have equal shares, for their priorities are no longer in use (RFC 9113 section 5.3.1).
 */
final class QueuedData implements StreamByteDistributor {

  /**
   * What a stream gets at once, where it has so much: a whole frame. Netty's usual 1 KiB makes many
   * small frames of a response when several are sent.
   */
  private static final int SHARE = 16_384;

  /** What a stream has in the sum. */
  private static final class Part {
    private long bytes;
  }

  /**
   * Writes for streams that this node has not given up: to those nothing may be sent any more (RFC
   * 9113 section 5.1), though they have data until the word of it has left.
   */
  private static final class Going implements Writer {
    private @Nullable Writer to;
    private boolean wrote;

    @Override
    public void write(Http2Stream stream, int count) {
      Writer writer = to;
      if (writer != null && !stream.isResetSent()) {
        wrote = true;
        writer.write(stream, count);
      }
    }
  }

  private final StreamByteDistributor distributor;
  private final Http2Connection.PropertyKey key;
  private final Going going = new Going();
  private long bytes;

  QueuedData(Http2Connection connection) {
    UniformStreamByteDistributor equal = new UniformStreamByteDistributor(connection);
    equal.minAllocationChunk(SHARE);
    this.distributor = equal;
    this.key = connection.newKey();
  }

  /** What waits, of all streams. */
  long bytes() {
    return bytes;
  }

  @Override
  public void updateStreamableBytes(StreamState state) {
    Http2Stream stream = state.stream();
    @Nullable Part part = stream.getProperty(key);
    if (part == null) {
      part = new Part();
      stream.setProperty(key, part);
    }
    bytes += state.pendingBytes() - part.bytes;
    part.bytes = state.pendingBytes();
    distributor.updateStreamableBytes(state);
  }

  @Override
  public void updateDependencyTree(int child, int parent, short weight, boolean exclusive) {
    distributor.updateDependencyTree(child, parent, weight, exclusive);
  }

  /**
   * Whether there is more: if nothing could be written there is not, or it would be asked again.
   */
  @Override
  public boolean distribute(int most, Writer writer) throws Http2Exception {
    going.to = writer;
    going.wrote = false;
    boolean more = distributor.distribute(most, going);
    return more && going.wrote;
  }
}
