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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/**
 * A download by one connection of the client, from a port that is known before. It is slow, some
 * hundred kilobytes a second, until the test lets it end: so it is under way for as long as the
 * test's faults take, on a machine of any speed.
 */
public final class Download {

  private static final AtomicInteger PORTS = new AtomicInteger(22_000);

  /** More than the slow part takes in {@link #LIMIT}. */
  private static final int BYTES = 40_000_000;

  /** The most that one lasts. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final int port;
  private final Path go;
  private final CompletableFuture<String> answer;

  private Download(int port, Path go, CompletableFuture<String> answer) {
    this.port = port;
    this.go = go;
    this.answer = answer;
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
    Path go = array.lab().paths().dir().resolve("download-" + port);
    // Reads some of what curl gives ten times a second while there is no file, then all.
    String script =
        """
        { curl -sS -m %d --local-port %d -w '%%{stderr}%%{http_code} %%{size_download}' \\
              %s/bytes/%d 2>&3 |
          { while [ ! -e %s ]; do
              [ "$(head -c 32768 | wc -c)" -gt 0 ] || break
              sleep 0.1
            done
            cat > /dev/null; }; } 3>&1
        """
            .formatted(LIMIT.toSeconds(), port, url, BYTES, go);
    CompletableFuture<String> answer = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        answer.complete(array.lab().exec(LIMIT.plusSeconds(5), "client", "sh", "-c", script));
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    return new Download(port, go, answer);
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
    return answer.join().strip().equals("200 " + BYTES) && !early;
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
