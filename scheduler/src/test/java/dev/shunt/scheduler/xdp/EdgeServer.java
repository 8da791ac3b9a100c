package dev.shunt.scheduler.xdp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A TCP server on all addresses of its host, run as a process of its own: a line {@code down N} is
 * answered with N bytes, {@code up N} and N bytes with their number, {@code say X} with X, until
 * the client closes.
 */
final class EdgeServer {

  private static final int BLOCK = 64 * 1024;

  private EdgeServer() {}

  public static void main(String[] args) throws IOException {
    ServerSocket server = new ServerSocket(World.HTTP_PORT);
    System.out.println("ready");
    while (true) {
      Socket client = server.accept();
      Thread.ofVirtual().start(() -> serve(client));
    }
  }

  private static void serve(Socket client) {
    try (client) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
      OutputStream out = client.getOutputStream();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ", -1);
        switch (words[0]) {
          case "down" -> down(out, Integer.parseInt(words[1]));
          case "up" -> say(out, String.valueOf(up(in, Integer.parseInt(words[1]))));
          default -> say(out, words[1]);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void down(OutputStream out, int bytes) throws IOException {
    for (int sent = 0; sent < bytes; sent += BLOCK) {
      out.write(new byte[Math.min(BLOCK, bytes - sent)]);
    }
  }

  private static int up(BufferedReader in, int bytes) throws IOException {
    char[] block = new char[BLOCK];
    int received = 0;
    while (received < bytes) {
      int some = in.read(block, 0, Math.min(BLOCK, bytes - received));
      if (some < 0) {
        break;
      }
      received += some;
    }
    return received;
  }

  private static void say(OutputStream out, String text) throws IOException {
    out.write((text + "\n").getBytes(StandardCharsets.ISO_8859_1));
  }
}
