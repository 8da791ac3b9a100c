package dev.shunt.ops.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * A load that proxies are measured under.
 *
 * @param name of its row
 * @param connections of clients, kept alive
 * @param streams requests at once on each, over HTTP/2; 0: HTTP/1.1
 * @param file that is asked for
 * @param bytes it has
 */
record Shape(String name, int connections, int streams, String file, int bytes) {

  private static final int FEW = 64;
  private static final int MANY = 1_000;
  private static final int STREAMS = 10;

  /** HTTP/1.1: few and many connections, small and large bodies. */
  static final List<Shape> KEEP_ALIVE =
      List.of(
          new Shape("keepalive-64-200B", FEW, 0, Stand.SMALL, Stand.SMALL_BYTES),
          new Shape("keepalive-1000-200B", MANY, 0, Stand.SMALL, Stand.SMALL_BYTES),
          new Shape("keepalive-64-100KB", FEW, 0, Stand.LARGE, Stand.LARGE_BYTES),
          new Shape("keepalive-1000-100KB", MANY, 0, Stand.LARGE, Stand.LARGE_BYTES));

  /** The same and HTTP/2. */
  static final List<Shape> SECURE = secure();

  private static List<Shape> secure() {
    List<Shape> shapes = new ArrayList<>(KEEP_ALIVE);
    shapes.add(new Shape("h2-64-200B", FEW, STREAMS, Stand.SMALL, Stand.SMALL_BYTES));
    shapes.add(new Shape("h2-64-100KB", FEW, STREAMS, Stand.LARGE, Stand.LARGE_BYTES));
    return List.copyOf(shapes);
  }

  String what() {
    String body = bytes == Stand.SMALL_BYTES ? "200 B" : "100 KB";
    return streams == 0
        ? "%d connections, %s".formatted(connections, body)
        : "%d connections, %d streams each, %s".formatted(connections, streams, body);
  }

  /** The load on a proxy, whatever comes of it: a cold one may be slow. */
  Load send(Generator generator, String base, int seconds) throws BenchException {
    String url = base + "/" + file;
    return streams == 0
        ? generator.wrk(url, connections, seconds)
        : generator.http2(url, connections, streams, seconds);
  }

  /** The load on a proxy, every answer of which must be right. */
  Load run(Generator generator, String base, int seconds) throws BenchException {
    String url = base + "/" + file;
    Load load = send(generator, base, seconds);
    if (load.requests() == 0 || load.failed() > 0) {
      throw new BenchException(
          "%s: of %d answers %d were wrong".formatted(url, load.requests(), load.failed()));
    }
    // The generators round what they print.
    if (load.bytes() < 0.97 * load.requests() * bytes) {
      throw new BenchException(
          "%s: %d answers of %d bytes were %.0f bytes in all"
              .formatted(url, load.requests(), bytes, load.bytes()));
    }
    return load;
  }
}
