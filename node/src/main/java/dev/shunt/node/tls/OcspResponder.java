package dev.shunt.node.tls;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Asks OCSP responders over HTTP (RFC 6960 appendix A), bounded in time and size. */
final class OcspResponder implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(PATIENCE)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /** Begins to ask; the answer is not verified. */
  CompletableFuture<byte[]> ask(URI responder, byte[] question) {
    HttpRequest request =
        HttpRequest.newBuilder(responder)
            .timeout(PATIENCE)
            .header("Content-Type", "application/ocsp-request")
            .header("Accept", "application/ocsp-response")
            .POST(BodyPublishers.ofByteArray(question))
            .build();
    return client
        .sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), OcspResponse.MAX_BYTES))
        .thenApply(answer -> {
          if (answer.statusCode() != 200) {
            throw new CompletionException(
                new IllegalStateException("status " + answer.statusCode()));
          }
          return answer.body();
        });
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
