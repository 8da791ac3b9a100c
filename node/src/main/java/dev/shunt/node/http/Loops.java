package dev.shunt.node.http;

import dev.shunt.cluster.Ticker;
import dev.shunt.node.transport.Transport;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Event loops on one transport, and the worker of each. */
record Loops(Transport transport, MultiThreadIoEventLoopGroup group, List<Worker> workers) {

  private static final int STOP_SECONDS = 5;

  /**
   * @param count how many threads; 0 is one per core
   */
  static Loops start(
      Transport transport,
      int count,
      Ticker ticker,
      InstantSource clock,
      RandomGenerator random,
      Backlog backlog) {
    MultiThreadIoEventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            count == 0 ? Runtime.getRuntime().availableProcessors() : count,
            new DefaultThreadFactory("shunt-node", true),
            transport.handlers());
    List<Worker> workers = new ArrayList<>();
    for (EventExecutor each : group) {
      workers.add(new Worker((EventLoop) each, transport, ticker, clock, random, backlog));
    }
    return new Loops(transport, group, List.copyOf(workers));
  }

  void stop() {
    group.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
