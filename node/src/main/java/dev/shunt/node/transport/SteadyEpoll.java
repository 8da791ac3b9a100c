package dev.shunt.node.transport;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Netty's epoll, that keeps a socket of which nothing is wanted for a while.
 *
 * <p>Netty 4.2.18 takes such a socket out of the system's set and does not put it back: when it
 * wants something again, that fails with {@code ENOENT} and the connection ends. A relayed
 * connection comes there when one side has said all and the other is waited for. Here the socket
 * stays, edge-triggered, so that an error or a hang-up of which the system tells unasked is told
 * once ({@code epoll_ctl(2)}).
 */
final class SteadyEpoll implements IoHandler {

  private final IoHandler epoll;

  private SteadyEpoll(IoHandler epoll) {
    this.epoll = epoll;
  }

  /**
   * @param epolls makes Netty's
   */
  static IoHandlerFactory factory(IoHandlerFactory epolls) {
    return new IoHandlerFactory() {
      @Override
      public IoHandler newHandler(ThreadAwareExecutor executor) {
        return new SteadyEpoll(epolls.newHandler(executor));
      }

      @Override
      public boolean isChangingThreadSupported() {
        return epolls.isChangingThreadSupported();
      }
    };
  }

  @Override
  public void initialize() {
    epoll.initialize();
  }

  @Override
  public int run(IoHandlerContext context) {
    return epoll.run(context);
  }

  @Override
  public void prepareToDestroy() {
    epoll.prepareToDestroy();
  }

  @Override
  public void destroy() {
    epoll.destroy();
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return new Kept(epoll.register(handle));
  }

  @Override
  public void wakeup() {
    epoll.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handleType) {
    return epoll.isCompatible(handleType);
  }

  /** Registration of a socket. On the event loop's thread, but for what Netty's allows. */
  private static final class Kept implements IoRegistration {

    private final IoRegistration registration;
    private boolean added;

    Kept(IoRegistration registration) {
      this.registration = registration;
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // As Netty has it.
    public <T> T attachment() {
      return registration.attachment();
    }

    @Override
    public long submit(IoOps ops) {
      boolean nothing = EpollIoOps.NONE.equals(ops);
      if (nothing && added) {
        return registration.submit(EpollIoOps.EPOLLET);
      }
      added |= !nothing;
      return registration.submit(ops);
    }

    @Override
    public boolean isValid() {
      return registration.isValid();
    }

    @Override
    public boolean cancel() {
      return registration.cancel();
    }
  }
}
