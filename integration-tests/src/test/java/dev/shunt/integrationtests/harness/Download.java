package dev.shunt.integrationtests.harness;

import dev.shunt.ops.lab.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** A download by one connection of the client, from a port that is known before. */
public final class Download {

  private static final AtomicInteger PORTS = new AtomicInteger(22_000);

  private final int port;
  private final int bytes;
  private final CompletableFuture<List<String>> answer;

  private Download(int port, int bytes, CompletableFuture<List<String>> answer) {
    this.port = port;
    this.bytes = bytes;
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
   * @param rate the most that is taken in a second, as curl has it
   */
  public static Download start(TestArray array, int port, String url, int bytes, String rate) {
    return new Download(
        port,
        bytes,
        CompletableFuture.supplyAsync(() ->
            array.curl(
                "-m",
                "120",
                "--local-port",
                Integer.toString(port),
                "--limit-rate",
                rate,
                "-o",
                "/dev/null",
                "-w",
                "%{http_code} %{size_download}\n",
                url + "/bytes/" + bytes)));
  }

  public int port() {
    return port;
  }

  public boolean isOver() {
    return answer.isDone();
  }

  /** Waits for its end; says whether all of it came. */
  public boolean isWhole() {
    return answer.join().equals(List.of("200 " + bytes));
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
