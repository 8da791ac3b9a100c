package dev.shunt.integrationtests.soak;

import dev.shunt.ops.lab.LabCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The daemon under load, as its launcher starts it, and what can be seen of it from outside. */
final class SoakDaemon implements AutoCloseable {

  private static final String OPTIONS =
      "-XX:NativeMemoryTracking=summary -Dio.netty.leakDetection.level=advanced -Xmx256m";
  private static final int ENDING_SECONDS = 60;
  private static final Pattern LIVE = Pattern.compile("\\nTotal +\\d+ +(\\d+)");
  private static final Pattern OTHER = Pattern.compile("Other \\(reserved=.*?committed=(\\d+)KB");
  private static final Pattern TABLE = Pattern.compile("session_id_entries\\S* (\\S+)");
  private static final Pattern RESUMED = Pattern.compile("tls_resumed\\S* (\\S+)");

  final int httpPort = freePort();
  final int tlsPort = freePort();
  final int socketPort = freePort();
  final int relayPort = freePort();
  private final int adminPort = freePort();
  private final Path folder;
  private final Process process;
  private int certificate;

  SoakDaemon(Path folder, SoakServers servers) throws IOException, InterruptedException {
    this.folder = folder;
    for (int i = 0; i < 2; i++) {
      LabCertificate.make("soak" + i, "127.0.0.1", certificate(i), folder.resolve(i + ".key"));
    }
    exchangeCertificate();
    Files.writeString(folder.resolve("shunt.yaml"), config(servers));
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("shunt.home"), "shunt").toString(),
            "run",
            "--config",
            folder.resolve("shunt.yaml").toString(),
            "--state-dir",
            folder.resolve("state").toString(),
            "--admin-socket",
            folder.resolve("admin.sock").toString());
    command.environment().put("SHUNT_BUILD", "never");
    command.environment().put("SHUNT_JAVA_OPTS", OPTIONS);
    process = command.redirectErrorStream(true).redirectOutput(log().toFile()).start();
  }

  private String config(SoakServers servers) {
    StringBuilder http = new StringBuilder();
    for (int i = 0; i < SoakServers.HTTP; i++) {
      http.append("    - {name: s%d, address: 127.0.0.1:%d}\n".formatted(i, servers.httpPort(i)));
    }
    String health = "    health: {type: tcp, interval: 2s, timeout: 2s, rise: 1, fall: 2}\n";
    String stages =
        "    stages: [{access-log: {file: access.log}}, {session-id: {entries: 20000, idle: 5m}},"
            + " cookie]\n";
    return """
    admin: {listen: 127.0.0.1:%d}
    services:
      - name: web
        listen: 127.0.0.1:%d
    %s%s    servers:
    %s  - name: secure
        listen: 127.0.0.1:%d
        tls: {certificates: [{certificate: c.pem, key: c.key}]}
    %s%s    servers:
    %s  - name: sockets
        listen: 127.0.0.1:%d
        servers: [127.0.0.1:%d]
    %s  - name: relay
        mode: tcp
        listen: 127.0.0.1:%d
        servers: [127.0.0.1:%d]
    %s\
    """
        .formatted(
            adminPort,
            httpPort,
            health,
            stages,
            http.toString().indent(2),
            tlsPort,
            health,
            stages,
            http.toString().indent(2),
            socketPort,
            servers.socketPort(),
            health,
            relayPort,
            servers.echoPort(),
            health);
  }

  Path certificate(int number) {
    return folder.resolve(number + ".pem");
  }

  /** Puts the other certificate in the place of the one that is there. */
  void exchangeCertificate() throws IOException {
    certificate = 1 - certificate;
    for (String kind : List.of("key", "pem")) {
      Path fresh = folder.resolve("fresh." + kind);
      Files.copy(
          folder.resolve(certificate + "." + kind), fresh, StandardCopyOption.REPLACE_EXISTING);
      Files.move(fresh, folder.resolve("c." + kind), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Drains a server, or ends that. */
  void drain(String service, int server, boolean drained) throws IOException, InterruptedException {
    String verb = drained ? "drain" : "undrain";
    String path = "/v1/servers/%s/s%d/%s".formatted(service, server, verb);
    run("curl", "-sf", "-X", "POST", "--unix-socket", folder + "/admin.sock", "http://a" + path);
  }

  /** What it holds now: KiB, or how many. */
  Map<String, Double> sample() throws IOException, InterruptedException {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("heap", number(LIVE, jcmd("GC.class_histogram")) / 1024);
    figures.put("direct", number(OTHER, jcmd("VM.native_memory", "summary")));
    String status = Files.readString(proc("status"));
    figures.put("rss", number(Pattern.compile("VmRSS:\\s+(\\d+)"), status));
    figures.put("threads", number(Pattern.compile("Threads:\\s+(\\d+)"), status));
    try (var files = Files.list(proc("fd"))) {
      figures.put("files", (double) files.count());
    }
    figures.put("sessions", sum(TABLE, metrics()));
    return figures;
  }

  double resumedSessions() throws IOException, InterruptedException {
    return sum(RESUMED, metrics());
  }

  String metrics() throws IOException, InterruptedException {
    return run("curl", "-sf", "http://127.0.0.1:" + adminPort + "/metrics");
  }

  private static double number(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException(pattern + " is not in " + text);
    }
    return Double.parseDouble(matcher.group(1));
  }

  private static double sum(Pattern pattern, String text) {
    return pattern.matcher(text).results().mapToDouble(r -> Double.parseDouble(r.group(1))).sum();
  }

  private Path proc(String file) {
    return Path.of("/proc", Long.toString(process.pid()), file);
  }

  private String jcmd(String... command) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    all.add(Long.toString(process.pid()));
    all.addAll(List.of(command));
    return run(all.toArray(String[]::new));
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + out);
    }
    return out;
  }

  boolean alive() {
    return process.isAlive();
  }

  Path log() {
    return folder.resolve("log");
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets it end as an operator does. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (process.waitFor(ENDING_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    throw new IllegalStateException("the daemon did not end when told to");
  }
}
