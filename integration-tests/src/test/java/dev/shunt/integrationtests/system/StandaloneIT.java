package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.shunt.integrationtests.harness.TestArray;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The smallest configuration: one proxy, no array, no privilege. */
class StandaloneIT {

  private static final String NOBODY = "65534";

  @Test
  void oneMemberAloneWithoutRootAndWithoutVipIsAWorkingProxy(@TempDir Path folder)
      throws IOException, InterruptedException {
    HttpServer first = server("first");
    HttpServer second = server("second");
    int port = freePort();
    Path config = folder.resolve("shunt.yaml");
    Files.writeString(
        config,
        """
        services:
          - name: web
            listen: 127.0.0.1:%d
            servers: [127.0.0.1:%d, 127.0.0.1:%d]
        """
            .formatted(port, first.getAddress().getPort(), second.getAddress().getPort()));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path log = folder.resolve("log");
    Process shunt =
        new ProcessBuilder(command(config, folder))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build();
      await()
          .atMost(TestArray.PATIENCE)
          .ignoreExceptions()
          .until(() -> client.send(request, BodyHandlers.ofString()).statusCode() == 200);
      List<String> answers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        answers.add(client.send(request, BodyHandlers.ofString()).body());
      }
      assertThat(answers).contains("first", "second");
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("the daemon's log: " + Files.readString(log), e);
    } finally {
      shunt.destroy();
      assertThat(shunt.waitFor(30, TimeUnit.SECONDS)).as("it stops when told to").isTrue();
      first.stop(0);
      second.stop(0);
    }
  }

  /** The launcher, as somebody without any privilege where this test has them. */
  private static List<String> command(Path config, Path folder) {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(
          List.of(
              "setpriv",
              "--reuid",
              NOBODY,
              "--regid",
              NOBODY,
              "--clear-groups",
              "--inh-caps=-all"));
    }
    command.addAll(
        List.of(
            "env",
            "SHUNT_BUILD=never",
            "HOME=" + folder,
            Path.of(System.getProperty("shunt.home"), "shunt").toString(),
            "run",
            "--config",
            config.toString(),
            "--state-dir",
            folder.resolve("state").toString(),
            "--admin-socket",
            folder.resolve("admin.sock").toString()));
    return command;
  }

  private static HttpServer server(String answer) throws IOException {
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (InputStream in = exchange.getRequestBody()) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
          }
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
