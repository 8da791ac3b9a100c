package dev.shunt.node.transport;

import dev.shunt.node.NodeException;
import dev.shunt.node.TransportChoice;
import io.netty.bootstrap.AbstractBootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A system interface for sockets, and the options that only some of them have. */
public enum Transport {
  IO_URING("io_uring", IoUringServerSocketChannel.class, IoUringSocketChannel.class) {
    @Override
    public IoHandlerFactory handlers() {
      return IoUringIoHandler.newFactory();
    }

    @Override
    boolean works() {
      return IoUring.isAvailable();
    }

    @Override
    Throwable whyNot() {
      return IoUring.unavailabilityCause();
    }
  },

  EPOLL("epoll", EpollServerSocketChannel.class, EpollSocketChannel.class) {
    @Override
    public IoHandlerFactory handlers() {
      return SteadyEpoll.factory(EpollIoHandler.newFactory());
    }

    @Override
    boolean works() {
      return Epoll.isAvailable();
    }

    @Override
    Throwable whyNot() {
      return Epoll.unavailabilityCause();
    }
  },

  NIO("nio", NioServerSocketChannel.class, NioSocketChannel.class) {
    @Override
    public IoHandlerFactory handlers() {
      return NioIoHandler.newFactory();
    }

    @Override
    boolean works() {
      return true;
    }

    @Override
    Throwable whyNot() {
      return new IllegalStateException("nio always works");
    }
  };

  /** None of its bytes is sent. */
  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(1).asReadOnlyBuffer();

  private static final int IPPROTO_TCP = 6;
  private static final int TCP_MAXSEG = 2;

  /** Offers clients a smaller segment ({@code tcp(7)}). */
  private static final ChannelOption<Integer> MAX_SEGMENT =
      new IntegerUnixChannelOption("TCP_MAXSEG", IPPROTO_TCP, TCP_MAXSEG);

  private final String label;
  private final Class<? extends ServerChannel> serverChannel;
  private final Class<? extends SocketChannel> channel;

  Transport(
      String label,
      Class<? extends ServerChannel> serverChannel,
      Class<? extends SocketChannel> channel) {
    this.label = label;
    this.serverChannel = serverChannel;
    this.channel = channel;
  }

  /**
   * The transport that was chosen, or with {@link TransportChoice#AUTO} the first that works.
   *
   * @throws NodeException when the chosen one does not work here; the cause says why
   */
  public static Transport of(TransportChoice choice) throws NodeException {
    return switch (choice) {
      case AUTO -> IO_URING.works() ? IO_URING : EPOLL.works() ? EPOLL : NIO;
      case IO_URING -> IO_URING.required();
      case EPOLL -> EPOLL.required();
      case NIO -> NIO;
    };
  }

  private Transport required() throws NodeException {
    if (!works()) {
      throw new NodeException("transport " + label + " does not work here", whyNot());
    }
    return this;
  }

  public abstract IoHandlerFactory handlers();

  abstract boolean works();

  abstract Throwable whyNot();

  /** As it is called in the configuration and in status. */
  public String label() {
    return label;
  }

  public Class<? extends ServerChannel> serverChannel() {
    return serverChannel;
  }

  public Class<? extends SocketChannel> channel() {
    return channel;
  }

  /**
   * The one for what is relayed, bytes or datagrams, where this one is for requests.
   *
   * <p>A datagram socket on io_uring holds a buffer for the longest datagram, and 512 message
   * headers, even while nothing comes; thousands of sessions each have a socket. A connection whose
   * peer has said all while it has no room for what is sent is not told there when it has: the
   * system ends the wait with the peer's end, which Netty takes for that alone.
   */
  public Transport ofRelays() {
    return this == IO_URING && EPOLL.works() ? EPOLL : this;
  }

  /**
   * A new socket for datagrams.
   *
   * @throws io.netty.channel.ChannelException when there is none: too many files are open
   */
  public DatagramChannel newDatagramChannel() {
    return switch (this) {
      case IO_URING -> new IoUringDatagramChannel();
      case EPOLL -> new EpollDatagramChannel();
      case NIO -> new NioDatagramChannel();
    };
  }

  /**
   * Whether a connected socket tells of a datagram without a byte by an end of what it reads and by
   * nothing else, as Netty's epoll does.
   */
  public boolean endsAtEmptyDatagrams() {
    return this == EPOLL;
  }

  /**
   * Closes a socket for datagrams after the event that is being handled. On the event loop's
   * thread.
   *
   * <p>Netty's epoll goes on receiving by the number of a connected socket that a handler has just
   * closed. The number may be another socket's by then: a new client's of another event loop, whose
   * request would be lost, or one that blocks, and the event loop with it.
   */
  public static void closeAfterEvent(Channel datagrams) {
    datagrams
        .eventLoop()
        .execute(() -> {
          var _ = datagrams.close();
        });
  }

  /**
   * Sends a datagram without a byte, behind all that was written before; Netty's channels count one
   * that is written to them as written, and it never leaves (RFC 768 has such). On the event loop's
   * thread. One for which the socket has no room is lost.
   *
   * <p>The pipeline is told what the system says against it, or has to say of an earlier one; and
   * with NIO, whose connected sockets send none either, an exception each time.
   *
   * @param to absent where the socket is connected
   */
  public static void sendEmpty(Channel datagrams, @Nullable InetSocketAddress to) {
    datagrams.flush();
    try {
      sendNothing(datagrams, to);
    } catch (IOException e) {
      datagrams.pipeline().fireExceptionCaught(e);
    }
  }

  private static void sendNothing(Channel datagrams, @Nullable InetSocketAddress to)
      throws IOException {
    if (!(datagrams instanceof UnixChannel unix && unix.fd() instanceof Socket socket)) {
      throw new IOException("transport nio sends no empty datagrams");
    }
    if (to == null) {
      int _ = socket.send(NOTHING, 0, 0);
    } else {
      int _ = socket.sendTo(NOTHING, 0, 0, to.getAddress(), to.getPort());
    }
  }

  /** Lets a socket take several datagrams of up to so many bytes with one system call. */
  public void batches(AbstractBootstrap<?, ?> bootstrap, int largest) {
    if (this == EPOLL) {
      bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, largest);
    }
  }

  /** Whether each event loop can have a listening socket of its own for the same address. */
  public boolean sharesPorts() {
    return this != NIO;
  }

  /**
   * Listens even where the host does not have the address.
   *
   * @throws NodeException when this transport cannot
   */
  public void freeBind(AbstractBootstrap<?, ?> bootstrap) throws NodeException {
    switch (this) {
      case IO_URING -> bootstrap.option(IoUringChannelOption.IP_FREEBIND, true);
      case EPOLL -> bootstrap.option(EpollChannelOption.IP_FREEBIND, true);
      case NIO -> throw unsupported("listen on an address that the host does not have");
    }
  }

  /**
   * Offers clients no larger TCP segments.
   *
   * @throws NodeException when this transport cannot
   */
  public void maxSegment(ServerBootstrap bootstrap, int bytes) throws NodeException {
    if (this == NIO) {
      throw unsupported("limit the TCP segment size");
    }
    bootstrap.option(MAX_SEGMENT, bytes);
  }

  /** Lets other sockets of this process (and user) listen on the same address. */
  public void sharePort(AbstractBootstrap<?, ?> bootstrap) {
    if (sharesPorts()) {
      bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
    }
  }

  private NodeException unsupported(String what) {
    return new NodeException(
        "transport nio cannot %s; allowed there is io_uring or epoll".formatted(what));
  }
}
