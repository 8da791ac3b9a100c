package dev.shunt.integrationtests.harness;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * A client of datagrams with a socket in the client's network namespace, which a thread enters to
 * open it. It takes answers from the address alone that it asks.
 */
public final class Datagrams implements AutoCloseable {

  private static final int MOST = 1 << 16;
  private static final int O_RDONLY = 0;
  private static final int NETWORK = 0x40000000; // CLONE_NEWNET
  private static final Duration AGAIN = Duration.ofMillis(300);
  private static final Duration REFUSED_AGAIN = Duration.ofMillis(20);

  /**
   * What the lab's server says of a datagram.
   *
   * @param server its name
   * @param node from where it came
   * @param port from which one there
   * @param text the datagram
   */
  public record Echo(String server, String node, int port, String text) {

    static Echo of(String answer) {
      int end = answer.indexOf('\n');
      String[] line = answer.substring(0, end).split(" ");
      return new Echo(line[0], line[1], Integer.parseInt(line[2]), answer.substring(end + 1));
    }
  }

  private final DatagramChannel channel;
  private final Selector selector;
  private int number;
  private int refused;

  private Datagrams(DatagramChannel channel, Selector selector) {
    this.channel = channel;
    this.selector = selector;
  }

  /** Asks a service at an address. */
  public static Datagrams open(TestArray array, InetSocketAddress service) throws Exception {
    DatagramChannel channel = open(array);
    channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
    channel.connect(service);
    channel.configureBlocking(false);
    Selector selector = Selector.open();
    channel.register(selector, SelectionKey.OP_READ);
    return new Datagrams(channel, selector);
  }

  /** The answer to a datagram without a byte, which Java sends from no connected socket. */
  public static Echo askNothing(TestArray array, InetSocketAddress service) throws Exception {
    ByteBuffer buffer = ByteBuffer.allocate(MOST);
    try (DatagramChannel channel = open(array);
        Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      long end = System.nanoTime() + TestArray.PATIENCE.toNanos();
      while (System.nanoTime() < end) {
        channel.send(ByteBuffer.allocate(0), service);
        int _ = selector.select(AGAIN.toMillis());
        if (service.equals(channel.receive(buffer.clear()))) {
          return Echo.of(StandardCharsets.US_ASCII.decode(buffer.flip()).toString());
        }
      }
    }
    throw new IOException("not answered in " + TestArray.PATIENCE);
  }

  private static DatagramChannel open(TestArray array) throws Exception {
    CompletableFuture<DatagramChannel> opened = new CompletableFuture<>();
    // Its namespace is the thread's own, and ends with it.
    Thread.ofPlatform()
        .start(() -> {
          try {
            enter("/run/netns/" + array.lab().client().namespace());
            opened.complete(DatagramChannel.open());
          } catch (Throwable e) {
            opened.completeExceptionally(e);
          }
        });
    return opened.get();
  }

  @SuppressWarnings("restricted") // Of a library that every system has.
  private static void enter(String namespace) throws Throwable {
    Linker linker = Linker.nativeLinker();
    MethodHandle open =
        linker.downcallHandle(
            linker.defaultLookup().find("open").orElseThrow(),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    MethodHandle setns =
        linker.downcallHandle(
            linker.defaultLookup().find("setns").orElseThrow(),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    MethodHandle close =
        linker.downcallHandle(
            linker.defaultLookup().find("close").orElseThrow(),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int file = (int) open.invokeExact(arena.allocateFrom(namespace), O_RDONLY);
      int entered = (int) setns.invokeExact(file, NETWORK);
      int _ = (int) close.invokeExact(file);
      if (file < 0 || entered != 0) {
        throw new IOException("cannot enter " + namespace);
      }
    }
  }

  /** The client's own. */
  public int port() throws IOException {
    return ((InetSocketAddress) channel.getLocalAddress()).getPort();
  }

  /** The server's answer to a text, which is asked for again as long as none comes. */
  public Echo ask(String text) throws IOException {
    String asked = ++number + " " + text;
    byte[] bytes = asked.getBytes(StandardCharsets.US_ASCII);
    long end = System.nanoTime() + TestArray.PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      try {
        channel.write(ByteBuffer.wrap(bytes));
        Optional<Echo> answer = answerTo(asked);
        if (answer.isPresent()) {
          return answer.get();
        }
      } catch (SocketException e) {
        refused++; // By the kernel of a node that has just died, or the path is found narrow.
        LockSupport.parkNanos(REFUSED_AGAIN.toNanos());
      }
    }
    throw new IOException(
        "%s was not answered in %s, and refused %d times"
            .formatted(channel.getLocalAddress(), TestArray.PATIENCE, refused));
  }

  private Optional<Echo> answerTo(String asked) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(MOST);
    long until = System.nanoTime() + AGAIN.toNanos();
    while (System.nanoTime() < until) {
      selector.selectedKeys().clear();
      int _ = selector.select(AGAIN.toMillis());
      while (channel.receive(buffer.clear()) != null) {
        buffer.flip();
        Echo echo = Echo.of(StandardCharsets.US_ASCII.decode(buffer).toString());
        if (echo.text().equals(asked)) {
          return Optional.of(echo);
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }
}
