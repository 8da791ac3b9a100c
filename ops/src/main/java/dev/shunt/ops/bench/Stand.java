package dev.shunt.ops.bench;

import dev.shunt.ops.bench.Proxy.Kind;
import dev.shunt.ops.lab.FreePort;
import dev.shunt.ops.lab.LabCertificate;
import dev.shunt.ops.lab.LabJvm;
import dev.shunt.ops.lab.Shell;
import dev.shunt.ops.lab.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Servers, and proxies before them, in a directory of their own on loopback addresses. Each proxy
 * is held on the first processor, with one worker; what is not measured has the others.
 *
 * <p>A shell that waits for this process's end ends them all, however that comes about.
 */
final class Stand implements AutoCloseable {

  static final String SMALL = "small";
  static final String LARGE = "large";
  static final int SMALL_BYTES = 200;
  static final int LARGE_BYTES = 102_400;
  private static final String ALLOWED = "Cpus_allowed_list:";
  private static final String HEAP = "-Xmx512m";
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration LOG_LIMIT = Duration.ofSeconds(5);

  private final RunDirectory run;
  private final Path dir;
  private final boolean tls;
  private final Map<String, String> values = new LinkedHashMap<>();
  private final List<Proxy> proxies = new ArrayList<>();

  /** Where this process may run. */
  private final String cpus;

  private Stand(RunDirectory run, boolean tls) {
    this.cpus = allowedCpus();
    this.run = run;
    this.dir = run.path();
    this.tls = tls;
  }

  /**
   * Starts servers; proxies are started one by one.
   *
   * @param tls whether the proxies are to speak TLS with their clients
   */
  static Stand open(boolean tls) throws BenchException {
    if (Runtime.getRuntime().availableProcessors() < 2) {
      throw new BenchException("proxies are measured beside their load, which takes 2 processors");
    }
    Stand stand = null;
    try {
      stand = new Stand(RunDirectory.create(), tls);
      stayOn(loadCpu());
      stand.startServers();
      return stand;
    } catch (IOException e) {
      close(stand);
      throw new BenchException("servers: " + e.getMessage(), e);
    } catch (BenchException e) {
      close(stand);
      throw e;
    }
  }

  private static void close(@Nullable Stand stand) throws BenchException {
    if (stand != null) {
      stand.close();
    }
  }

  private void startServers() throws IOException, BenchException {
    Path www = Files.createDirectory(dir.resolve("www"));
    Files.write(www.resolve(SMALL), body(SMALL_BYTES));
    Files.write(www.resolve(LARGE), body(LARGE_BYTES));
    values.put("DIR", dir.toString());
    values.put("SERVER1", Integer.toString(FreePort.find()));
    values.put("SERVER2", Integer.toString(FreePort.find()));
    if (tls) {
      LabCertificate.make("localhost", dir.resolve("cert.pem"), dir.resolve("key.pem"));
      Files.writeString(
          dir.resolve("both.pem"),
          Files.readString(dir.resolve("cert.pem")) + Files.readString(dir.resolve("key.pem")));
    }
    nginx("servers", loadCpu());
    awaitPort(serverPort(), "servers");
  }

  int serverPort() {
    return Integer.parseInt(Objects.requireNonNull(values.get("SERVER1")));
  }

  /** What a server sends: text that no two places of repeat. */
  static byte[] body(int bytes) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < bytes; i++) {
      text.append(Integer.toString(i, 36)).append('.');
    }
    return text.substring(0, bytes).getBytes(StandardCharsets.US_ASCII);
  }

  /** The processor of generators and servers. */
  static String loadCpu() {
    return "1";
  }

  private static String proxyCpu() {
    return "0";
  }

  /** Starts a proxy on its processor and waits until it listens. */
  Proxy start(Kind kind) throws BenchException {
    return start(kind, proxyCpu(), List.of());
  }

  /**
   * Starts a proxy and waits until it listens.
   *
   * @param cpus where it may run
   * @param flags more flags of the JVM
   */
  Proxy start(Kind kind, String cpus, List<String> flags) throws BenchException {
    try {
      values.put("PORT", Integer.toString(FreePort.find()));
      values.put("SCHEME", tls ? "https" : "http");
      values.put("TLS", tls ? tlsOption(kind) : "");
      values.put("TLS_LINES", tls ? tlsLines(kind) : "");
      Process process =
          switch (kind) {
            case NGINX -> nginx("nginx", cpus);
            case HAPROXY ->
                run(
                    "haproxy",
                    pinned(cpus, List.of("haproxy", "-db", "-f", write("haproxy.cfg").toString())),
                    Redirect.appendTo(dir.resolve("haproxy.log").toFile()));
            case SHUNT -> shunt(cpus, flags);
          };
      int port = Integer.parseInt(Objects.requireNonNull(values.get("PORT")));
      Proxy proxy = new Proxy(kind, process.pid(), port, dir.resolve(kind + ".log"));
      awaitPort(port, kind.toString());
      proxies.add(proxy);
      return proxy;
    } catch (IOException e) {
      throw new BenchException(kind + ": " + e.getMessage(), e);
    }
  }

  private String tlsOption(Kind kind) {
    return switch (kind) {
      case NGINX -> "ssl http2";
      case HAPROXY -> "ssl crt " + dir.resolve("both.pem") + " alpn h2,http/1.1";
      case SHUNT -> "";
    };
  }

  private String tlsLines(Kind kind) {
    return switch (kind) {
      case NGINX ->
          """
          ssl_certificate cert.pem; ssl_certificate_key key.pem; ssl_protocols TLSv1.3;
          ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256; http2_max_requests 1000000000;\
          """;
      case HAPROXY ->
          """
            ssl-default-bind-options ssl-min-ver TLSv1.3
            ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256
          """;
      case SHUNT -> "tls: {certificates: [{certificate: cert.pem, key: key.pem}]}";
    };
  }

  private Process nginx(String name, String cpus) throws IOException, BenchException {
    Path config = write(name + ".conf");
    return run(
        name,
        pinned(cpus, List.of("nginx", "-p", dir + "/", "-c", config.toString(), "-e", "stderr")),
        Redirect.DISCARD);
  }

  private Process shunt(String cpus, List<String> flags) throws IOException, BenchException {
    Path config = write("shunt.yaml");
    List<String> jvm = new ArrayList<>(List.of(HEAP));
    jvm.addAll(flags);
    String state = dir.resolve("state").toString();
    List<String> command =
        LabJvm.current()
            .daemon(jvm, List.of("run", "--config", config.toString(), "--state-dir", state));
    return run(
        "shunt", pinned(cpus, command), Redirect.appendTo(dir.resolve("shunt.out").toFile()));
  }

  private static List<String> pinned(String cpus, List<String> command) {
    List<String> pinned = new ArrayList<>(List.of("taskset", "-c", cpus));
    pinned.addAll(command);
    return pinned;
  }

  private Process run(String name, List<String> command, Redirect output)
      throws IOException, BenchException {
    return run.start(name, new ProcessBuilder(command).redirectOutput(output));
  }

  private Path write(String file) throws IOException {
    String text = RunDirectory.resource(file);
    for (Map.Entry<String, String> value : values.entrySet()) {
      text = text.replace("@" + value.getKey() + "@", value.getValue());
    }
    return Files.writeString(dir.resolve(file), text);
  }

  private void awaitPort(int port, String name) throws BenchException {
    Process process = run.last();
    boolean over = Waiting.attempt(START, () -> connects(port) || !process.isAlive());
    if (!over || !process.isAlive()) {
      throw new BenchException(name + " does not listen: " + run.errors(name));
    }
  }

  private static boolean connects(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  Path dir() {
    return dir;
  }

  List<Proxy> proxies() {
    return proxies;
  }

  /** Where a proxy is asked. */
  String url(Proxy proxy) {
    return (tls ? "https" : "http") + "://127.0.0.1:" + proxy.port();
  }

  /** The certificate of all proxies, if they speak TLS. */
  Optional<Path> certificate() {
    return tls ? Optional.of(dir.resolve("cert.pem")) : Optional.empty();
  }

  void emptyLog(Proxy proxy) throws BenchException {
    try {
      Files.newOutputStream(proxy.log(), StandardOpenOption.TRUNCATE_EXISTING).close();
    } catch (IOException e) {
      throw new BenchException(proxy.log() + ": " + e.getMessage(), e);
    }
  }

  /** Every request must stand in the access log. */
  void checkLog(Proxy proxy, long requests) throws BenchException {
    if (!Waiting.attempt(LOG_LIMIT, () -> lines(proxy.log()) >= requests)) {
      throw new BenchException(
          "%s logged %d of %d requests".formatted(proxy.kind(), lines(proxy.log()), requests));
    }
  }

  private static long lines(Path log) {
    long lines = 0;
    try (InputStream in = Files.newInputStream(log)) {
      byte[] part = new byte[1 << 16];
      for (int n = in.read(part); n >= 0; n = in.read(part)) {
        for (int i = 0; i < n; i++) {
          lines += part[i] == '\n' ? 1 : 0;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }

  /** Ends the proxy that was started last. */
  void endLast() throws BenchException {
    proxies.removeLast();
    run.endLast();
  }

  /** Ends everything and removes the directory. */
  @Override
  public void close() throws BenchException {
    try {
      run.close();
    } finally {
      stayOn(cpus);
    }
  }

  /** Keeps all threads of this process on some processors. */
  private static void stayOn(String allowed) {
    Shell.run("taskset", "-acp", allowed, Long.toString(ProcessHandle.current().pid()));
  }

  private static String allowedCpus() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith(ALLOWED))
          .map(line -> line.substring(ALLOWED.length()).strip())
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
