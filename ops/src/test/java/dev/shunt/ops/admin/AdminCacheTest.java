package dev.shunt.ops.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shunt.ops.metrics.Exposition;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of responses, over HTTP. */
class AdminCacheTest {

  private static final String PURGE = "POST /v1/cache/purge HTTP/1.1";

  private final FakeArray array = new FakeArray();
  private final Path folder;
  private final AdminServer server;

  AdminCacheTest(@TempDir Path folder) {
    this.folder = folder;
    Exposition page = new Exposition(new MetricRegistry(), () -> {});
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server = new AdminServer(array, page, "0.1.0", folder.resolve("m1.sock"), Optional.of(any));
  }

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private SocketAddress unix() {
    return UnixDomainSocketAddress.of(folder.resolve("m1.sock"));
  }

  private InetSocketAddress tcp() {
    return server.address().orElseThrow();
  }

  private static JsonNode json(String answer) throws IOException {
    return new ObjectMapper().readTree(RawHttp.body(answer));
  }

  private static String purge(SocketAddress where, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return RawHttp.exchange(
        where,
        PURGE,
        "Host: localhost",
        "Connection: close",
        "Content-Length: " + bytes.length,
        // RawHttp ends the head behind its last line, so the body goes into a line of its own.
        "X-Ignored: 1\r\n\r\n" + new String(bytes, StandardCharsets.ISO_8859_1));
  }

  @Test
  void figuresAreThisMembersOrAllMembers() throws IOException {
    JsonNode own = json(RawHttp.get(tcp(), "/v1/cache"));
    assertThat(own.at("/member").asText()).isEqualTo("m1");
    assertThat(own.at("/caches")).hasSize(1);
    assertThat(own.at("/caches/0/service").asText()).isEqualTo("web");
    assertThat(own.at("/caches/0/hits").asInt()).isEqualTo(60);
    assertThat(own.at("/caches/0/most_bytes").asInt()).isEqualTo(1 << 20);
    assertThat(own.at("/caches/0/hit_ratio").asDouble()).isEqualTo(95 / 120.0);

    array.silent = "member 'm3' is not present";
    JsonNode all = json(RawHttp.get(unix(), "/v1/cache?members=all"));
    assertThat(all.at("/caches/1/member").asText()).isEqualTo("m2");
    assertThat(all.at("/missing/0/member").asText()).isEqualTo("m3");
    assertThat(all.at("/missing/0/why").asText()).isEqualTo("member 'm3' is not present");
  }

  @Test
  void figuresOfOneServiceAreToldAndAnUnknownOneIsNotFound() throws IOException {
    assertThat(json(RawHttp.get(tcp(), "/v1/cache?service=web")).at("/caches")).hasSize(1);
    for (String members : new String[] {"", "&members=all"}) {
      String unknown = RawHttp.get(tcp(), "/v1/cache?service=wbe" + members);
      assertThat(RawHttp.status(unknown)).isEqualTo(404);
      assertThat(json(unknown).at("/detail").asText())
          .isEqualTo("no service 'wbe' that keeps responses; those that do: web");
    }
    String some = RawHttp.get(tcp(), "/v1/cache?members=m2");
    assertThat(RawHttp.status(some)).isEqualTo(400);
    assertThat(json(some).at("/detail").asText()).startsWith("members: found 'm2', allowed is all");
  }

  @Test
  void aPurgeIsReadOutOfTheBodyAndAnsweredWithWhatBecameOfItOnEachMember() throws IOException {
    String answer = purge(unix(), "{\"service\":\"web\",\"url\":\"https://a.example/x\"}");
    assertThat(RawHttp.status(answer)).isEqualTo(200);
    assertThat(array.commands).containsExactly("purge url https://a.example/x of web");
    JsonNode report = json(answer);
    assertThat(report.at("/dropped").asInt()).isEqualTo(3);
    assertThat(report.at("/members/0/dropped/web").asInt()).isEqualTo(3);
    assertThat(report.at("/members/0").has("note")).isFalse();
    assertThat(report.at("/members/1/obeyed").asBoolean()).isTrue();
    assertThat(report.at("/members/1/note").asText()).isEqualTo("no service keeps responses");
  }

  @Test
  void aPurgeThatNotAllMembersObeyedIsAnErrorThatSaysWhoDid() throws IOException {
    array.silent = "member 'm3' did not answer within PT3S";
    String answer = purge(unix(), "{\"all\":true}");
    assertThat(RawHttp.status(answer)).isEqualTo(503);
    assertThat(answer).contains("application/problem+json");
    assertThat(json(answer).at("/detail").asText())
        .isEqualTo("not all members obeyed: member 'm3' did not answer within PT3S");
    assertThat(json(answer).at("/purge/members/0/obeyed").asBoolean()).isTrue();
    assertThat(json(answer).at("/purge/members/2/obeyed").asBoolean(true)).isFalse();
  }

  @Test
  void whatIsNoOrderPurgesNothing() throws IOException {
    String none = RawHttp.post(unix(), "/v1/cache/purge");
    assertThat(RawHttp.status(none)).isEqualTo(400);
    assertThat(json(none).at("/detail").asText()).startsWith("body: is missing, allowed is a JSON");
    String two = purge(unix(), "{\"all\":true,\"url\":\"http://a/\"}");
    assertThat(RawHttp.status(two)).isEqualTo(400);
    assertThat(json(two).at("/detail").asText()).startsWith("body: found 2 of all");
    assertThat(array.commands).isEmpty();
  }

  @Test
  void aPurgeIsTakenOnTheUnixSocketOnly() throws IOException {
    assertThat(RawHttp.status(purge(tcp(), "{\"all\":true}"))).isEqualTo(403);
    assertThat(array.commands).isEmpty();
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedAndOneAtTheBoundIsRead() throws IOException {
    String order = "{\"url\":\"http://a/%s\"}";
    int room = AdminHandler.MAX_BODY - order.length() + 2;
    assertThat(RawHttp.status(purge(unix(), order.formatted("x".repeat(room))))).isEqualTo(200);
    assertThat(RawHttp.status(purge(unix(), order.formatted("x".repeat(room + 1))))).isEqualTo(413);
    assertThat(array.commands).hasSize(1);
  }

  @Test
  void aBodyThatEndsEarlyPurgesNothing() throws IOException {
    try (SocketChannel channel = SocketChannel.open(unix())) {
      String request = PURGE + "\r\nHost: localhost\r\nContent-Length: 13\r\n\r\n{\"all\":true}";
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      channel.shutdownOutput();
      ByteBuffer answer = ByteBuffer.allocate(4096);
      while (channel.read(answer) >= 0) {
        assertThat(answer.hasRemaining()).isTrue();
      }
      assertThat(new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8))
          .doesNotContain(" 200 ");
    }
    assertThat(array.commands).isEmpty();
  }
}
