package dev.shunt.node.http;

import static dev.shunt.node.http.MemoryNode.loopback;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DefaultSocketChannelConfig;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A node's socket whose other end is a test: no system call, and nothing happens by itself. */
final class MemorySocket extends AbstractChannel implements SocketChannel {

  /** What one read of a socket brings. */
  private static final int ONE_READ = 16_384;

  private static final ChannelMetadata METADATA = new ChannelMetadata(false);

  private final SocketChannelConfig config;
  private final Queue<byte[]> arriving = new ArrayDeque<>();
  private boolean ends;
  private boolean full;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final boolean accepted;
  private boolean outputShutdown;
  private boolean active;
  private boolean closed;
  private @Nullable Throwable thrown;

  /**
   * @param accepted whether the other end has connected, not the node
   */
  MemorySocket(ByteBufAllocator allocator, boolean accepted) {
    super(null);
    this.accepted = accepted;
    config = new DefaultSocketChannelConfig(this, new Options());
    config.setAllocator(allocator);
  }

  /** Takes options and does nothing about them. */
  private static final class Options extends Socket {
    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public void setKeepAlive(boolean on) {}

    @Override
    public void setSoLinger(boolean on, int linger) {}
  }

  // The other end.

  /** The other end has sent this, which is read when the node reads. */
  void arrives(byte[] bytes) {
    for (int at = 0; at < bytes.length; at += ONE_READ) {
      arriving.add(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + ONE_READ)));
    }
  }

  /** The other end closes, after all that it has sent. */
  void ends() {
    ends = true;
  }

  /** Whether the other end takes nothing more for now. */
  void full(boolean now) {
    full = now;
    if (!now && isOpen()) {
      flush();
    }
  }

  /** Reads once; false when there is nothing that the node reads. */
  boolean readsOnce() {
    if (!active || (!config.isAutoRead() && !(ends && arriving.isEmpty()))) {
      return false;
    }
    byte[] next = arriving.poll();
    if (next == null) {
      if (ends) {
        var _ = close();
      }
      return ends;
    }
    ByteBuf part = alloc().heapBuffer(next.length).writeBytes(next);
    pipeline().fireChannelRead(part);
    pipeline().fireChannelReadComplete();
    checkException();
    return true;
  }

  /** What was written since the last time. */
  byte[] written() {
    byte[] bytes = written.toByteArray();
    written.reset();
    return bytes;
  }

  /** Throws what came out of the pipeline's end. */
  void checkException() {
    Throwable cause = thrown;
    if (cause != null) {
      throw new AssertionError("out of the pipeline", cause);
    }
  }

  // What channels do.

  @Override
  protected DefaultChannelPipeline newChannelPipeline() {
    return new DefaultChannelPipeline(this) {
      @Override
      protected void onUnhandledInboundException(Throwable cause) {
        thrown = cause;
      }
    };
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new AbstractUnsafe() {
      @Override
      public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
        active = true;
        safeSetSuccess(promise);
        pipeline().fireChannelActive();
      }
    };
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected void doRegister(ChannelPromise promise) {
    active = accepted;
    promise.setSuccess();
  }

  @Override
  protected void doBind(SocketAddress local) {}

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  protected void doClose() {
    active = false;
    closed = true;
  }

  @Override
  protected void doBeginRead() {}

  @Override
  protected void doWrite(ChannelOutboundBuffer in) {
    while (!full && in.current() instanceof ByteBuf part) {
      byte[] bytes = new byte[part.readableBytes()];
      part.readBytes(bytes);
      written.writeBytes(bytes);
      in.remove();
    }
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  @Override
  public boolean isActive() {
    return active;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  @Override
  protected SocketAddress localAddress0() {
    return localAddress();
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return remoteAddress();
  }

  // What sockets have.

  @Override
  public SocketChannelConfig config() {
    return config;
  }

  @Override
  public @Nullable ServerSocketChannel parent() {
    return null;
  }

  @Override
  public InetSocketAddress localAddress() {
    return loopback(80);
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return loopback(1024);
  }

  @Override
  public boolean isInputShutdown() {
    return false;
  }

  @Override
  public ChannelFuture shutdownInput() {
    return shutdownInput(newPromise());
  }

  @Override
  public ChannelFuture shutdownInput(ChannelPromise promise) {
    return promise.setSuccess();
  }

  @Override
  public boolean isOutputShutdown() {
    return outputShutdown;
  }

  @Override
  public ChannelFuture shutdownOutput() {
    return shutdownOutput(newPromise());
  }

  @Override
  public ChannelFuture shutdownOutput(ChannelPromise promise) {
    outputShutdown = true;
    return promise.setSuccess();
  }

  @Override
  public boolean isShutdown() {
    return outputShutdown;
  }

  @Override
  public ChannelFuture shutdown() {
    return shutdownOutput();
  }

  @Override
  public ChannelFuture shutdown(ChannelPromise promise) {
    return shutdownOutput(promise);
  }
}
