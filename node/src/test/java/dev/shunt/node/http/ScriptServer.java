package dev.shunt.node.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** The server of {@code real-clients/server.js}, run by Node. */
final class ScriptServer implements AutoCloseable {

  /** Where Debian's packages for Node are. */
  private static final String PACKAGES = "/usr/share/nodejs";

  private final Path directory;
  private final Process process;
  private final int port;

  /** Starts it, with its files in a directory; skips the test where it cannot. */
  ScriptServer(Path directory) throws IOException {
    Tools.require("node", "nodejs");
    Tools.require(PACKAGES + "/ws/package.json", "node-ws");
    this.directory = directory;
    this.process =
        node(script("server.js"), script("page.html"), result().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = process.inputReader(UTF_8)) {
      this.port = Integer.parseInt(said.readLine());
    } catch (IOException | NumberFormatException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  InetSocketAddress address() {
    return TestNode.loopback(port);
  }

  /** What a page has sent to {@code /result}, which is there when it is complete. */
  Path result() {
    return directory.resolve("result");
  }

  /** A script of the resources, as a file. */
  String script(String name) throws IOException {
    Path file = directory.resolve(name);
    try (InputStream in = ScriptServer.class.getResourceAsStream("/real-clients/" + name)) {
      Files.write(file, in.readAllBytes());
    }
    return file.toString();
  }

  ProcessBuilder node(String... arguments) {
    ProcessBuilder builder = new ProcessBuilder("node").directory(directory.toFile());
    builder.command().addAll(java.util.List.of(arguments));
    builder.environment().put("NODE_PATH", PACKAGES);
    return builder;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
