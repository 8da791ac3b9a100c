package dev.shunt.integrationtests.harness;

import dev.shunt.ops.lab.Frame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/**
 * A download by one connection of the client, from a port that is known before. It is slow, some
 * hundred kilobytes a second, until the test lets it end: so it is under way for as long as the
 * test's faults take, on a machine of any speed.
 */
public final class Download {

  /** Below those that the load takes and those that the kernel chooses. */
  private static final AtomicInteger PORTS = new AtomicInteger(2_000);

  /** More than the slow part takes in {@link #LIMIT}. */
  private static final int BYTES = 40_000_000;

  /** The most that one lasts. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final int port;
  private final Path go;
  private final Path pid;
  private final String whole;
  private final CompletableFuture<String> answer;

  private Download(TestArray array, int port, String url, List<Integer> sizes) {
    this.port = port;
    go = array.lab().paths().dir().resolve("download-" + port);
    pid = array.lab().paths().dir().resolve("curl-" + port);
    whole = String.join("\n", sizes.stream().map(bytes -> "200 " + bytes).toList());
    String script =
        script(sizes.stream().map(bytes -> "%s/bytes/%d".formatted(url, bytes)).toList());
    answer =
        CompletableFuture.supplyAsync(
            () -> array.lab().exec(LIMIT.plusSeconds(5), "client", "sh", "-c", script),
            Thread::startVirtualThread);
  }

  /** A client port that no other test has used in this run. */
  public static int freshPort() {
    return PORTS.incrementAndGet();
  }

  /**
   * Begins one; it is not waited for.
   *
   * @param port the client's
   * @param url without a path
   */
  public static Download start(TestArray array, int port, String url) {
    return new Download(array, port, url, List.of(BYTES));
  }

  /** Begins one whose connection was asked for so much before. */
  public static Download startAfter(TestArray array, int port, String url, int bytes) {
    return new Download(array, port, url, List.of(bytes, BYTES));
  }

  /** Reads some of what curl gives ten times a second while there is no file, then all. */
  private String script(List<String> urls) {
    return """
    { sh -c 'echo $$ > %s
        exec curl -gsS -m %d --local-port %d -w "%%{stderr}%%{http_code} %%{size_download}\\n" "%s"
        ' 2>&3 |
      { while [ ! -e %s ]; do
          [ "$(head -c 32768 | wc -c)" -gt 0 ] || break
          sleep 0.1
        done
        cat > /dev/null; }; } 3>&1
    """
        .formatted(pid, LIMIT.toSeconds(), port, String.join("\" \"", urls), go);
  }

  public int port() {
    return port;
  }

  public boolean isOver() {
    return answer.isDone();
  }

  /** Lets it end, which is waited for; says whether all of it came, and not before. */
  public boolean isWhole() {
    boolean early = isOver();
    try {
      Files.createFile(go);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return said().equals(whole) && !early;
  }

  /** Ends its process, which has not read all that came: its connection is reset. */
  public void kill() {
    try {
      long process = Long.parseLong(Files.readString(pid).strip());
      ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    said();
  }

  /**
   * Waits until something is as it is wanted while this is under way.
   *
   * @throws AssertionError if it ends before, with what curl said
   */
  public <T> T awaitMeanwhile(Callable<T> asked, Predicate<T> wanted) {
    return Awaitility.await()
        .atMost(TestArray.PATIENCE)
        .until(
            () -> {
              if (isOver()) {
                throw new AssertionError("ended early: " + this);
              }
              return asked.call();
            },
            wanted);
  }

  /** What curl said in the end, which is waited for. */
  private String said() {
    return answer
        .handle((said, failure) -> failure == null ? said.strip() : failure.toString())
        .join();
  }

  @Override
  public String toString() {
    return "the download from port %d, %s"
        .formatted(port, isOver() ? "of which curl said: " + said() : "under way");
  }

  /** Those of the frames that went to this client from a server's address and port. */
  public List<Frame> answers(List<Frame> frames, String address, int serverPort) {
    return frames.stream()
        .filter(f -> f.from(address, serverPort) && f.destinationPort() == port)
        .toList();
  }

  /** Those of the frames that came from this client to a server's address and port. */
  public List<Frame> requests(List<Frame> frames, String address, int serverPort) {
    return frames.stream()
        .filter(f -> f.to(address, serverPort) && f.sourcePort() == port)
        .toList();
  }

  /** The members that answered, by the Ethernet addresses of the answers. */
  public static List<String> senders(TestArray array, List<Frame> frames) {
    List<String> senders = new ArrayList<>();
    for (String mac : frames.stream().map(Frame::sourceMac).distinct().toList()) {
      Optional<String> member =
          array.members().stream().filter(m -> mac(array, m).equals(mac)).findFirst();
      senders.add(member.orElse(mac));
    }
    return senders;
  }

  public static String mac(TestArray array, String host) {
    return array.lab().topology().require(host).mac();
  }

  /** Waits until a scheduler other than this one is there. */
  public static String nextScheduler(TestArray array, String last) {
    return Awaitility.await()
        .atMost(TestArray.PATIENCE)
        .until(array::scheduler, now -> !now.equals(last));
  }
}
