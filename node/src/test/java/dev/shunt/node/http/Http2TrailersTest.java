package dev.shunt.node.http;

import static dev.shunt.node.http.Http2Frames.DATA;
import static dev.shunt.node.http.Http2Frames.END_HEADERS;
import static dev.shunt.node.http.Http2Frames.END_STREAM;
import static dev.shunt.node.http.Http2Frames.HEADERS;
import static dev.shunt.node.http.Http2Frames.PROTOCOL_ERROR;
import static dev.shunt.node.http.Http2Frames.RST_STREAM;
import static dev.shunt.node.http.Http2Frames.fields;
import static dev.shunt.node.http.Http2Frames.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.ServerProtocol;
import dev.shunt.node.ToServers;
import dev.shunt.node.http.Http2Frames.Frame;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Where requests over HTTP/2 end whose length their head has told. */
class Http2TrailersTest {

  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  /** Notes the body, its end and the trailers of each request, then answers it. */
  private void note(Http2Peer peer) throws IOException {
    while (true) {
      int stream = peer.request();
      StringBuilder body = new StringBuilder("length " + peer.headers().get("content-length"));
      Frame frame = peer.read();
      for (; !frame.ends(); frame = peer.read()) {
        body.append(frame.type == DATA ? ", " + frame.text() : "");
      }
      told.add(
          body
              + (frame.type == DATA
                  ? ", " + frame.text() + " and the end"
                  : ", sum " + peer.headers().get("x-sum")));
      peer.answer(stream, "hello");
    }
  }

  private String told() throws InterruptedException {
    return String.valueOf(told.poll(10, TimeUnit.SECONDS));
  }

  private static TestNode before(InetSocketAddress server) throws Exception {
    return TestNode.before(s -> s.with(ToServers.of(ServerProtocol.H2C)), server);
  }

  private static Http2Frames post(Http2Frames client, int stream, String length)
      throws IOException {
    return client.send(
        HEADERS, END_HEADERS, stream, request("POST", "/", "content-length", length));
  }

  private static byte[] text(String text) {
    return text.getBytes(ISO_8859_1);
  }

  @Test
  void trailersBehindALengthReachAnHttp2Server() throws Exception {
    try (RawServer server = Http2Peer.server(this::note);
        TestNode node = before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      // The first one waits for a connection, the others do not.
      for (int stream = 1; stream <= 5; stream += 2) {
        post(client, stream, "6")
            .send(DATA, 0, stream, text("one"))
            .send(DATA, 0, stream, text("two"))
            .send(HEADERS, END_HEADERS | END_STREAM, stream, fields("x-sum", "7"));
        assertThat(client.body(stream)).isEqualTo("hello");
        assertThat(told().replace(", ", " ").replace("one two", "onetwo"))
            .isEqualTo("length 6 onetwo sum 7");
      }
      post(client, 7, "0").send(HEADERS, END_HEADERS | END_STREAM, 7, fields("x-sum", "8"));
      assertThat(client.body(7)).isEqualTo("hello");
      assertThat(told()).isEqualTo("length 0, sum 8");
      assertThat(server.accepted()).isEqualTo(1);
    }
  }

  @Test
  void withoutTrailersTheLastDataIsTheEnd() throws Exception {
    try (RawServer server = Http2Peer.server(this::note);
        TestNode node = before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      for (int stream = 1; stream <= 3; stream += 2) {
        post(client, stream, "3").send(DATA, END_STREAM, stream, text("one"));
        assertThat(client.body(stream)).isEqualTo("hello");
        assertThat(told()).isEqualTo("length 3, one and the end");
      }
      post(client, 5, "3").send(DATA, 0, 5, text("one"));
      client.send(DATA, END_STREAM, 5, new byte[0]);
      assertThat(client.body(5)).isEqualTo("hello");
      assertThat(told()).startsWith("length 3, one").endsWith(" and the end");
    }
  }

  @Test
  void anHttp11ServerGetsTheBodyWithoutThemAndItsConnectionIsUsedAgain() throws Exception {
    try (RawServer server =
            new RawServer(peer -> {
              while (!peer.readHead().isEmpty()) {
                peer.read(3);
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
              }
            });
        TestNode node = TestNode.before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      for (int stream = 1; stream <= 5; stream += 2) {
        post(client, stream, "3")
            .send(DATA, 0, stream, text("one"))
            .send(HEADERS, END_HEADERS | END_STREAM, stream, fields("x-sum", "7"));
        assertThat(client.body(stream)).isEqualTo("hello");
      }
      assertThat(server.received()).endsWith("\r\n\r\none").doesNotContain("x-sum", "chunked");
      assertThat(server.accepted()).isEqualTo(1);
    }
  }

  @Test
  void malformedOrForbiddenTrailersAreNotPassedOn() throws Exception {
    try (RawServer server = Http2Peer.server(this::note);
        TestNode node = before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      post(client, 1, "3").send(DATA, END_STREAM, 1, text("one"));
      assertThat(client.body(1)).isEqualTo("hello");
      post(client, 3, "3")
          .send(DATA, 0, 3, text("bad"))
          .send(HEADERS, END_HEADERS | END_STREAM, 3, fields("x sum", "7"));
      Frame reset = client.await(RST_STREAM);
      assertThat(reset.stream).isEqualTo(3);
      assertThat(reset.code()).isEqualTo(PROTOCOL_ERROR);
      post(client, 5, "3")
          .send(DATA, 0, 5, text("bad"))
          .send(HEADERS, END_HEADERS | END_STREAM, 5, fields("x-forwarded-for", "7"));
      assertThat(client.body(5)).contains("forbidden trailer");
      assertThat(told()).isEqualTo("length 3, one and the end");
      assertThat(told).isEmpty();
    }
  }

  @Test
  void aPostWhoseEndIsStillAwaitedIsNotSentAgainIfNothingOfItIsMissing() throws Exception {
    try (RawServer server =
            new RawServer(peer -> {
              peer.readHead();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
              peer.readHead();
            });
        TestNode node = TestNode.before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      assertThat(client.get(1, "/").body(1)).isEqualTo("hello");
      post(client, 3, "0");
      assertThat(client.body(3)).contains("the server closed without a response");
      assertThat(server.received().split("POST", -1)).hasSize(2);
      assertThat(server.accepted()).isEqualTo(1);
    }
  }
}
