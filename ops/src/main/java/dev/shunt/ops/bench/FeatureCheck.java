package dev.shunt.ops.bench;

import dev.shunt.ops.lab.LabCertificate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Whether a proxy does what it is measured at: a proxy that does less is no match. */
final class FeatureCheck {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int REPEATS = 6;

  private FeatureCheck() {}

  /**
   * Asks it for everything once.
   *
   * @param certificate which it has, if it speaks TLS
   */
  static void check(Proxy proxy, Optional<Path> certificate) throws BenchException {
    try (HttpClient client = client(certificate)) {
      String base = (certificate.isPresent() ? "https" : "http") + "://localhost:" + proxy.port();
      body(client, base, proxy, Stand.SMALL, Stand.SMALL_BYTES);
      body(client, base, proxy, Stand.LARGE, Stand.LARGE_BYTES);
      HttpResponse<byte[]> told = get(client, base + "/told", "");
      String said = new String(told.body(), StandardCharsets.US_ASCII);
      expect(proxy, "X-Forwarded-For", said.contains(" for=127.0.0.1 "), said);
      expect(
          proxy,
          "X-Forwarded-Proto and -Host",
          said.contains(
              "proto=%s host=localhost:%d"
                  .formatted(certificate.isPresent() ? "https" : "http", proxy.port())),
          said);
      String cookie = told.headers().firstValue("Set-Cookie").orElse("").replaceAll(";.*", "");
      expect(proxy, "a cookie", cookie.startsWith("SERVER="), told.headers().map().toString());
      List<String> servers = new ArrayList<>();
      for (int i = 0; i < REPEATS; i++) {
        HttpResponse<byte[]> again = get(client, base + "/told", cookie);
        expect(proxy, "one cookie", again.headers().firstValue("Set-Cookie").isEmpty(), cookie);
        servers.add(new String(again.body(), StandardCharsets.US_ASCII).replaceAll(" .*\\s*", ""));
      }
      expect(
          proxy,
          "persistence",
          servers.stream().distinct().count() == 1 && said.startsWith(servers.getFirst()),
          said + servers);
    } catch (IOException | GeneralSecurityException e) {
      throw new BenchException(proxy.kind() + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  /** Whether it answers a first request rightly. */
  static void answers(Proxy proxy) throws BenchException {
    try (HttpClient client = client(Optional.empty())) {
      body(client, "http://localhost:" + proxy.port(), proxy, Stand.SMALL, Stand.SMALL_BYTES);
    } catch (IOException | GeneralSecurityException e) {
      throw new BenchException(proxy.kind() + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  private static HttpClient client(Optional<Path> certificate)
      throws IOException, GeneralSecurityException {
    HttpClient.Builder builder =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LIMIT);
    if (certificate.isPresent()) {
      SSLContext context = LabCertificate.trusting(certificate.get());
      builder.sslContext(context);
    }
    return builder.build();
  }

  private static void body(HttpClient client, String base, Proxy proxy, String name, int bytes)
      throws IOException, InterruptedException, BenchException {
    HttpResponse<byte[]> response = get(client, base + "/" + name, "");
    expect(
        proxy,
        "the body of " + bytes + " bytes",
        response.statusCode() == 200 && Arrays.equals(response.body(), Stand.body(bytes)),
        response.toString());
  }

  private static HttpResponse<byte[]> get(HttpClient client, String url, String cookie)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT);
    if (!cookie.isEmpty()) {
      request.header("Cookie", cookie);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static void expect(Proxy proxy, String what, boolean there, String found)
      throws BenchException {
    if (!there) {
      throw new BenchException("%s lacks %s: %s".formatted(proxy.kind(), what, found.strip()));
    }
  }
}
