package dev.shunt.integrationtests.harness;

import dev.shunt.ops.lab.LabHost;
import dev.shunt.ops.lab.LabTopology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An nginx on each server of a lab, which speaks HTTP/2 without TLS and says who it is. */
public final class Http2Servers implements AutoCloseable {

  /** After so many requests nginx has its clients leave (GOAWAY). */
  public static final int REQUESTS_OF_A_CONNECTION = 50;

  private final TestArray array;
  private final List<LabHost> servers = new ArrayList<>();

  private Http2Servers(TestArray array) {
    this.array = array;
  }

  public static Http2Servers start(TestArray array) throws IOException {
    Http2Servers started = new Http2Servers(array);
    for (LabHost server : array.lab().topology().serverHosts()) {
      Files.deleteIfExists(started.log(server));
      Files.writeString(started.file(server, "conf"), started.configuration(server));
      array.lab().exec(server.name(), "nginx", "-c", started.file(server, "conf").toString());
      started.servers.add(server);
    }
    return started;
  }

  private Path file(LabHost server, String extension) {
    return array.lab().paths().dir().resolve("nginx-" + server.name() + "." + extension);
  }

  private Path log(LabHost server) {
    return file(server, "log");
  }

  private String configuration(LabHost server) {
    return """
    pid %s;
    error_log %s;
    worker_processes 1;
    events { worker_connections 1024; }
    http {
      log_format short '$remote_addr $connection $server_protocol $status';
      access_log %s short;
      keepalive_requests %d;
      server {
        listen %d http2;
        location / { add_header x-server %s; return 200 "hello\n"; }
      }
    }
    """
        .formatted(
            file(server, "pid"),
            file(server, "errors"),
            log(server),
            REQUESTS_OF_A_CONNECTION,
            LabTopology.HTTP2_PORT,
            server.name());
  }

  /** Of each request that was answered: whose address, connection, protocol and status. */
  public List<String[]> requests() throws IOException {
    List<String[]> all = new ArrayList<>();
    for (LabHost server : servers) {
      for (String line : Files.readAllLines(log(server))) {
        String[] parts = line.split(" ");
        parts[1] = server.name() + " " + parts[1];
        all.add(parts);
      }
    }
    return all;
  }

  @Override
  public void close() {
    for (LabHost server : servers) {
      array.lab().exec(server.name(), "nginx", "-s", "stop", "-c", file(server, "conf").toString());
    }
  }
}
