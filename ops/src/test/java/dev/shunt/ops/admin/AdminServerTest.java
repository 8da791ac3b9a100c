package dev.shunt.ops.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shunt.ops.admin.model.Status;
import dev.shunt.ops.metrics.ArrayMetrics;
import dev.shunt.ops.metrics.Exposition;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminServerTest {

  private final FakeArray array = new FakeArray();
  private AdminServer server;
  private SocketAddress unix;
  private InetSocketAddress tcp;
  private Path socket;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    socket = folder.resolve("made/m1.sock");
    ArrayMetrics metrics = new ArrayMetrics(new MetricRegistry(), array, System::nanoTime);
    Exposition page = new Exposition(new MetricRegistry(), metrics::refresh);
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server = new AdminServer(array, page, "0.1.0", socket, Optional.of(any));
    server.start();
    unix = UnixDomainSocketAddress.of(socket);
    tcp = server.address().orElseThrow();
  }

  @AfterAll
  void stop() {
    server.close();
    assertThat(socket).doesNotExist();
  }

  @BeforeEach
  void forget() {
    array.commands.clear();
    array.broken = false;
  }

  @Test
  void theSocketBelongsToItsUserAlone() throws IOException {
    assertThat(Files.getPosixFilePermissions(socket))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.getPosixFilePermissions(socket.resolveSibling(".")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void theStatusIsTheSameOverBothRoadsAndReadsBackAsItsRecord() throws IOException {
    for (SocketAddress road : new SocketAddress[] {unix, tcp}) {
      String answer = RawHttp.get(road, "/v1/status");
      assertThat(answer).startsWith("HTTP/1.1 200 ").contains("Cache-Control: no-store");
      byte[] body = RawHttp.body(answer).getBytes(StandardCharsets.UTF_8);
      assertThat(AdminJson.read(body, Status.class)).isEqualTo(array.status());
    }
  }

  @Test
  void keysAreSnakeCaseAndAbsentValuesAreLeftOut() throws IOException {
    JsonNode status = json(RawHttp.get(unix, "/v1/status"));
    assertThat(status.at("/role/role").asText()).isEqualTo("scheduler");
    assertThat(status.at("/role/lease_millis").asInt()).isEqualTo(134);
    assertThat(status.at("/data_plane/outcomes/push").asInt()).isEqualTo(900);
    JsonNode absent = json(RawHttp.get(unix, "/v1/members")).at("/members/2");
    assertThat(absent.has("mac")).isFalse();
  }

  @Test
  void anOrdinaryClientIsAnsweredOverTcp() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:%d/v1/services".formatted(tcp.getPort())))
              .build();
      HttpResponse<String> response =
          client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
      assertThat(response.body()).contains("\"server_algorithm\":\"round-robin\"");
    }
  }

  @Test
  void sessionsAreFilteredAndLimited() throws IOException {
    JsonNode all = json(RawHttp.get(unix, "/v1/sessions?limit=2"));
    assertThat(all.at("/total").asInt()).isEqualTo(3);
    assertThat(all.at("/matching").asInt()).isEqualTo(3);
    assertThat(all.at("/sessions")).hasSize(2);
    JsonNode some = json(RawHttp.get(unix, "/v1/sessions?filter=target%3Dm2,client%3D192.0.2.7"));
    assertThat(some.at("/matching").asInt()).isEqualTo(1);
    assertThat(some.at("/sessions/0/client").asText()).isEqualTo("192.0.2.7:4712");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "limit=10001",
        "limit=x",
        "limit=99999999999",
        "filter=port%3D1",
        "filter=x"
      })
  void parametersThatAreNotAllowedAreSaidToBe(String query) throws IOException {
    String answer = RawHttp.get(unix, "/v1/sessions?" + query);
    assertThat(RawHttp.status(answer)).isEqualTo(400);
    assertThat(answer).contains("application/problem+json");
    assertThat(json(answer).at("/detail").asText()).contains("found", "allowed");
  }

  @Test
  void commandsAreTakenOnTheUnixSocket() throws IOException {
    assertThat(json(RawHttp.post(unix, "/v1/members/m2/drain")).at("/message").asText())
        .isEqualTo("done: drain m2");
    RawHttp.post(unix, "/v1/members/m2/undrain");
    RawHttp.post(unix, "/v1/servers/web/127.0.0.1:9001/drain");
    RawHttp.post(unix, "/v1/servers/web/a%20c/undrain");
    RawHttp.post(unix, "/v1/step-down");
    assertThat(array.commands)
        .containsExactly(
            "drain m2", "undrain m2", "drain web/127.0.0.1:9001", "undrain web/a c", "step down");
  }

  @Test
  void commandsAreRefusedOverTcpWhateverTheRequestClaims() throws IOException {
    String answer =
        RawHttp.exchange(
            tcp,
            "POST /v1/step-down HTTP/1.1",
            "Host: localhost",
            "Content-Length: 0",
            "X-Requested-With: shunt",
            "Origin: http://localhost");
    assertThat(RawHttp.status(answer)).isEqualTo(403);
    assertThat(array.commands).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example", "127.0.0.1.evil.example", "localhost.evil", "192.0.2.1:80"})
  void aPageOfAForeignNameCannotReadOverTcp(String host) throws IOException {
    String answer = RawHttp.exchange(tcp, "GET /v1/status HTTP/1.1", "Host: " + host);
    assertThat(RawHttp.status(answer)).isEqualTo(403);
  }

  @Test
  void refusalsOfTheArrayCarryItsReason() throws IOException {
    String unknown = RawHttp.post(unix, "/v1/members/m9/drain");
    assertThat(RawHttp.status(unknown)).isEqualTo(404);
    assertThat(json(unknown).at("/detail").asText()).isEqualTo("there is no member 'm9'");
    RawHttp.post(unix, "/v1/step-down");
    String conflict = RawHttp.post(unix, "/v1/step-down");
    assertThat(RawHttp.status(conflict)).isEqualTo(409);
    assertThat(json(conflict).at("/title").asText()).isEqualTo("Conflict");
  }

  @Test
  void unknownPathsAndMethodsAreTold() throws IOException {
    assertThat(RawHttp.status(RawHttp.get(unix, "/v1/nothing"))).isEqualTo(404);
    assertThat(RawHttp.status(RawHttp.get(unix, "/"))).isEqualTo(404);
    assertThat(RawHttp.status(RawHttp.get(unix, "/v1/status/"))).isEqualTo(404);
    String get = RawHttp.get(unix, "/v1/step-down");
    assertThat(RawHttp.status(get)).isEqualTo(405);
    assertThat(get).contains("Allow: POST");
    assertThat(RawHttp.status(RawHttp.post(unix, "/metrics"))).isEqualTo(405);
    assertThat(array.commands).isEmpty();
  }

  @Test
  void headersAndBodiesThatAreTooLargeAreRefused() throws IOException {
    String header =
        RawHttp.exchange(
            unix,
            "GET /v1/status HTTP/1.1",
            "Host: localhost",
            "X: " + "x".repeat(AdminServer.MAX_HEADER));
    assertThat(RawHttp.status(header)).isEqualTo(431);
    assertThat(header).contains("application/problem+json");
    String body =
        RawHttp.exchange(
            unix, "POST /v1/step-down HTTP/1.1", "Host: localhost", "Content-Length: 16385");
    assertThat(RawHttp.status(body)).isEqualTo(413);
    String chunked =
        RawHttp.exchange(
            unix, "POST /v1/step-down HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked");
    assertThat(RawHttp.status(chunked)).isEqualTo(411);
    assertThat(array.commands).isEmpty();
  }

  @Test
  void whatIsNotHttpIsAProblemAndNotAHang() throws IOException {
    String answer = RawHttp.exchange(unix, "\u0001\u0002 nonsense");
    assertThat(RawHttp.status(answer)).isEqualTo(400);
  }

  @Test
  void aBugIsToldWithoutItsInside() throws IOException {
    array.broken = true;
    String answer = RawHttp.get(unix, "/v1/status");
    assertThat(RawHttp.status(answer)).isEqualTo(500);
    assertThat(answer).doesNotContain("secret of the inside");
  }

  @Test
  void headIsGetWithoutABody() throws IOException {
    String answer = RawHttp.exchange(unix, "HEAD /v1/version HTTP/1.1", "Host: localhost");
    assertThat(RawHttp.status(answer)).isEqualTo(200);
    assertThat(RawHttp.body(answer)).isEmpty();
  }

  @Test
  void metricsAreServedInTheFormatThatIsAskedFor() throws IOException {
    assertThat(RawHttp.get(tcp, "/metrics")).contains("Content-Type: text/plain");
    String open =
        RawHttp.exchange(
            tcp,
            "GET /metrics HTTP/1.1",
            "Host: localhost",
            "Accept: application/openmetrics-text;version=1.0.0");
    assertThat(open).contains("Content-Type: application/openmetrics-text");
    assertThat(RawHttp.body(open)).endsWith("# EOF\n");
  }

  private static JsonNode json(String answer) throws IOException {
    return new ObjectMapper().readTree(RawHttp.body(answer));
  }
}
