package dev.shunt.integrationtests.soak;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** The clients: each goes on until the end and looks at every answer. */
final class SoakLoad implements AutoCloseable {

  /** What a client does again and again. */
  private interface Work {
    /**
     * @return how often it was right
     * @throws Wrong when an answer is not the question's
     */
    long once(SplittableRandom random) throws Exception;
  }

  /** An answer that is none to the question. */
  static final class Wrong extends Exception {
    private static final long serialVersionUID = 1;

    Wrong(String what) {
      super(what);
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int SMALL = 3000;
  private static final int LARGE = 400_000;
  private static final Pattern STATUSES =
      Pattern.compile("status codes: (\\d+) 2xx, .*? (\\d+) 5xx");
  private static final int BURST = 300;

  private final SoakDaemon daemon;
  private final SSLContext tls;
  private final SoakLog log;
  private final CountDownLatch end = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();
  private final List<HttpClient> clients = new ArrayList<>();

  SoakLoad(SoakDaemon daemon, SSLContext tls, SoakLog log) {
    this.daemon = daemon;
    this.tls = tls;
    this.log = log;
  }

  void start() {
    String plain = "http://127.0.0.1:" + daemon.httpPort;
    String secure = "https://127.0.0.1:" + daemon.tlsPort;
    HttpClient http1 = client(Version.HTTP_1_1);
    HttpClient http2 = client(Version.HTTP_2);
    start("http1", 2, 20, random -> get(http1, plain, random, SMALL));
    start("http1-tls", 1, 20, random -> get(http1, secure, random, SMALL));
    start("http2-tls", 2, 20, random -> get(http2, secure, random, SMALL));
    start("large", 1, 200, random -> get(http2, secure, random, LARGE));
    start("post", 1, 40, random -> post(http1, plain, random));
    start("post-h2", 1, 40, random -> post(http2, secure, random));
    start("websocket", 2, 100, random -> new SoakSocket(http1, daemon.socketPort).talk(random));
    start("tcp", 2, 50, this::relay);
    start("resumed", 1, 100, this::resume);
    start("slow-head", 2, 500, this::slowHead);
    start("slow-read", 1, 500, this::slowRead);
    start("broken-off", 1, 200, this::breakOff);
    start("h2load", 1, 2000, _ -> h2load());
  }

  private HttpClient client(Version version) {
    HttpClient client =
        HttpClient.newBuilder().version(version).sslContext(tls).connectTimeout(PATIENCE).build();
    clients.add(client);
    return client;
  }

  private void start(String kind, int count, int pauseMillis, Work work) {
    for (int i = 0; i < count; i++) {
      SplittableRandom random = new SplittableRandom(kind.hashCode() + (long) i);
      threads.add(
          Thread.ofPlatform()
              .name(kind)
              .start(() -> {
                while (end.getCount() > 0) {
                  once(kind, random, work);
                  pause(random.nextInt(2 * pauseMillis));
                }
              }));
    }
  }

  private void once(String kind, SplittableRandom random, Work work) {
    try {
      log.right(kind, work.once(random));
    } catch (Wrong e) {
      log.wrong(kind, String.valueOf(e.getMessage()));
    } catch (Exception e) {
      log.failed(kind, 1, e.getClass().getSimpleName() + " " + e.getMessage());
    }
  }

  /** False when the end has come. */
  private boolean pause(int millis) {
    try {
      return !end.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static long get(HttpClient client, String server, SplittableRandom random, int most)
      throws Exception {
    long seed = random.nextLong(Long.MAX_VALUE);
    int size = random.nextInt(most);
    HttpResponse<byte[]> response =
        client.send(
            HttpRequest.newBuilder(URI.create(server + "/content/" + seed + "/" + size))
                .timeout(PATIENCE)
                .build(),
            BodyHandlers.ofByteArray());
    checkStatus(response);
    String told = response.headers().firstValue("x-seed").orElse("");
    check(told.equals(Long.toString(seed)), "content of " + told + " for " + seed);
    check(Arrays.equals(response.body(), SoakServers.content(seed, size)), "wrong content");
    return 1;
  }

  private static long post(HttpClient client, String server, SplittableRandom random)
      throws Exception {
    byte[] body = SoakServers.content(random.nextLong(), random.nextInt(100_000));
    boolean chunked = random.nextBoolean();
    HttpResponse<byte[]> response =
        client.send(
            HttpRequest.newBuilder(URI.create(server + "/echo"))
                .timeout(PATIENCE)
                .POST(
                    chunked
                        ? BodyPublishers.ofByteArrays(List.of(body, body))
                        : BodyPublishers.ofByteArray(body))
                .build(),
            BodyHandlers.ofByteArray());
    checkStatus(response);
    int length = body.length;
    byte[] wanted = Arrays.copyOf(body, chunked ? 2 * length : length);
    System.arraycopy(body, 0, wanted, wanted.length - length, length);
    check(Arrays.equals(response.body(), wanted), "another body came back");
    return 1;
  }

  private static void checkStatus(HttpResponse<byte[]> response) throws IOException, Wrong {
    if (response.statusCode() >= 500) {
      throw new IOException("status " + response.statusCode());
    }
    check(response.statusCode() == 200, "status " + response.statusCode());
  }

  private static void check(boolean condition, String otherwise) throws Wrong {
    if (!condition) {
      throw new Wrong(otherwise);
    }
  }

  private long relay(SplittableRandom random) throws Exception {
    try (Socket socket = connect(daemon.relayPort)) {
      for (int i = random.nextInt(1, 6); i > 0; i--) {
        byte[] said = SoakServers.content(random.nextLong(), random.nextInt(1, 60_000));
        socket.getOutputStream().write(said);
        check(
            Arrays.equals(socket.getInputStream().readNBytes(said.length), said),
            "other bytes came back");
      }
      return 1;
    }
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  /** A connection of its own: its TLS session is the last one's. */
  private long resume(SplittableRandom random) throws Exception {
    try (Socket socket = tls.getSocketFactory().createSocket("127.0.0.1", daemon.tlsPort)) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      long seed = random.nextLong(Long.MAX_VALUE);
      socket.getOutputStream().write(request(seed, 500));
      checkRaw(socket.getInputStream().readAllBytes(), seed, 500);
      return 1;
    }
  }

  private static byte[] request(long seed, int size) {
    return "GET /content/%d/%d HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        .formatted(seed, size)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void checkRaw(byte[] response, long seed, int size) throws IOException, Wrong {
    String head = new String(response, 0, Math.min(12, response.length), StandardCharsets.US_ASCII);
    if (head.startsWith("HTTP/1.1 5") || head.equals("HTTP/1.1 408")) {
      throw new IOException(head);
    }
    check(head.equals("HTTP/1.1 200"), "not an answer: " + head);
    byte[] body = Arrays.copyOfRange(response, response.length - size, response.length);
    check(Arrays.equals(body, SoakServers.content(seed, size)), "wrong content");
  }

  private long slowHead(SplittableRandom random) throws Exception {
    try (Socket socket = connect(daemon.httpPort)) {
      long seed = random.nextLong(Long.MAX_VALUE);
      OutputStream out = socket.getOutputStream();
      for (byte b : request(seed, 500)) {
        out.write(b);
        if (!pause(random.nextInt(40))) {
          return 0;
        }
      }
      checkRaw(socket.getInputStream().readAllBytes(), seed, 500);
      return 1;
    }
  }

  private long slowRead(SplittableRandom random) throws Exception {
    try (Socket socket = connect(daemon.httpPort)) {
      long seed = random.nextLong(Long.MAX_VALUE);
      socket.setReceiveBufferSize(8192);
      socket.getOutputStream().write(request(seed, LARGE));
      InputStream in = socket.getInputStream();
      byte[] all = new byte[LARGE + 4096];
      int length = 0;
      for (int n = 0; n >= 0; n = in.read(all, length, Math.min(4096, all.length - length))) {
        length += n;
        if (!pause(random.nextInt(20))) {
          return 0;
        }
      }
      checkRaw(Arrays.copyOf(all, length), seed, LARGE);
      return 1;
    }
  }

  /** Begins something and goes away; nothing can be wrong with the answer. */
  private long breakOff(SplittableRandom random) throws Exception {
    try (Socket socket = connect(random.nextBoolean() ? daemon.httpPort : daemon.tlsPort)) {
      socket.setSoLinger(random.nextBoolean(), 0);
      byte[] request = request(random.nextLong(Long.MAX_VALUE), LARGE);
      socket.getOutputStream().write(request, 0, random.nextInt(request.length + 1));
      pause(random.nextInt(50));
      return 1;
    }
  }

  private long h2load() throws Exception {
    Process process =
        new ProcessBuilder(
                "h2load",
                "-n" + BURST,
                "-c10",
                "-m10",
                "https://127.0.0.1:" + daemon.tlsPort + "/content/7/1000")
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher statuses = STATUSES.matcher(out);
    if (process.waitFor() != 0 || !statuses.find()) {
      throw new IOException("h2load: " + out);
    }
    long right = Long.parseLong(statuses.group(1));
    if (right < BURST) {
      log.failed("h2load", BURST - right, "no 2xx");
    }
    return right;
  }

  @Override
  public void close() {
    end.countDown();
    try {
      for (Thread thread : threads) {
        if (!thread.join(PATIENCE.multipliedBy(2))) {
          throw new IllegalStateException("load '" + thread.getName() + "' hangs");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    clients.forEach(HttpClient::shutdownNow);
  }
}
