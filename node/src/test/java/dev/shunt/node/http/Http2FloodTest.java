package dev.shunt.node.http;

import static dev.shunt.node.http.Http2Frames.CONTINUATION;
import static dev.shunt.node.http.Http2Frames.DATA;
import static dev.shunt.node.http.Http2Frames.END_HEADERS;
import static dev.shunt.node.http.Http2Frames.END_STREAM;
import static dev.shunt.node.http.Http2Frames.ENHANCE_YOUR_CALM;
import static dev.shunt.node.http.Http2Frames.GOAWAY;
import static dev.shunt.node.http.Http2Frames.HEADERS;
import static dev.shunt.node.http.Http2Frames.INITIAL_WINDOW_SIZE;
import static dev.shunt.node.http.Http2Frames.PING;
import static dev.shunt.node.http.Http2Frames.PRIORITY;
import static dev.shunt.node.http.Http2Frames.RST_STREAM;
import static dev.shunt.node.http.Http2Frames.SETTINGS;
import static dev.shunt.node.http.Http2Frames.WINDOW_UPDATE;
import static dev.shunt.node.http.Http2Frames.bytes;
import static dev.shunt.node.http.Http2Frames.fields;
import static dev.shunt.node.http.Http2Frames.joined;
import static dev.shunt.node.http.Http2Frames.request;
import static dev.shunt.node.http.Http2Frames.setting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.Http2Limits;
import dev.shunt.node.Http2Stats;
import dev.shunt.node.Limits;
import dev.shunt.node.Timeouts;
import java.io.IOException;
import java.time.Duration;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/** Each flood ends its connection under its own name, and nobody else's. */
class Http2FloodTest {

  private static final int FRAMES = 5000;

  /** A flood over a connection of its own. */
  @FunctionalInterface
  private interface Flood {
    void over(Http2Frames client) throws IOException;
  }

  private static void endsTheConnection(Flood flood, ToLongFunction<Http2Stats> counter)
      throws Exception {
    try (RawServer server = RawServer.saying("hello");
        TestNode node = TestNode.before(server.address());
        Http2Frames good = new Http2Frames(node.address());
        Http2Frames bad = new Http2Frames(node.address())) {
      assertThat(good.get(1, "/").body(1)).isEqualTo("hello");
      flood.over(bad);
      assertThat(bad.await(GOAWAY).code()).isEqualTo(ENHANCE_YOUR_CALM);
      assertThat(good.get(3, "/").body(3)).isEqualTo("hello");
      await().until(() -> node.stats().connections() == 1);
      assertThat(counter.applyAsLong(node.stats().http2())).isEqualTo(1);
      assertThat(node.stats().http2().connectionErrors()).isEqualTo(1);
    }
  }

  /** CVE-2023-44487, "rapid reset". */
  @Test
  void requestsThatAreGivenUpAtOnce() throws Exception {
    endsTheConnection(
        client -> {
          for (int i = 0; i <= Http2Limits.DEFAULT.resets(); i++) {
            client.get(2 * i + 1, "/").send(RST_STREAM, 0, 2 * i + 1, bytes(8));
          }
        },
        Http2Stats::resetFloods);
  }

  /** CVE-2025-8671, "made you reset": the client breaks a rule so that the node gives up. */
  @Test
  void requestsThatTheNodeIsMadeToGiveUp() throws Exception {
    endsTheConnection(
        client -> {
          for (int i = 0; i <= Http2Limits.DEFAULT.faults(); i++) {
            client
                .send(HEADERS, END_HEADERS, 2 * i + 1, request("POST", "/"))
                .send(WINDOW_UPDATE, 0, 2 * i + 1, bytes(0));
          }
        },
        Http2Stats::faultFloods);
  }

  /** CVE-2019-9515. */
  @Test
  void settings() throws Exception {
    endsTheConnection(
        client -> client.flood(FRAMES, SETTINGS, 0, 0, setting(INITIAL_WINDOW_SIZE, 70_000)),
        Http2Stats::settingsFloods);
  }

  /** CVE-2019-9512. */
  @Test
  void pings() throws Exception {
    endsTheConnection(
        client -> client.flood(FRAMES, PING, 0, 0, new byte[8]), Http2Stats::pingFloods);
  }

  /** CVE-2019-9518. */
  @Test
  void emptyData() throws Exception {
    endsTheConnection(
        client -> {
          client.send(HEADERS, END_HEADERS, 1, request("POST", "/"));
          client.flood(FRAMES, DATA, 0, 1, new byte[0]);
        },
        Http2Stats::emptyDataFloods);
  }

  /** CVE-2019-9513. */
  @Test
  void priorities() throws Exception {
    endsTheConnection(
        client ->
            client.flood(
                Http2Limits.DEFAULT.otherFrames() + 100,
                PRIORITY,
                0,
                3,
                new byte[] {0, 0, 0, 0, 9}),
        Http2Stats::otherFloods);
  }

  /** The CONTINUATION flood of 2024. */
  @Test
  void continuations() throws Exception {
    endsTheConnection(
        client -> {
          client.send(HEADERS, END_STREAM, 1, request("GET", "/"));
          client.flood(FRAMES, CONTINUATION, 0, 1, fields("a", "b"));
        },
        Http2Stats::continuationFloods);
  }

  /** CVE-2016-6581: few bytes that stand for many. */
  @Test
  void headersThatGrowWhenTheyAreUnpacked() throws Exception {
    byte[] indexed = joined(new byte[] {0x40}, literal("x-bomb"), literal("x".repeat(3900)));
    byte[] again = new byte[2000];
    java.util.Arrays.fill(again, (byte) 0xBE);
    try (RawServer server = RawServer.saying("hello");
        TestNode node = TestNode.before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      client.send(
          HEADERS, END_HEADERS | END_STREAM, 1, joined(request("GET", "/"), indexed, again));
      assertThat(client.await(HEADERS).stream).isEqualTo(1);
      assertThat(client.get(3, "/").body(3)).isEqualTo("hello");
      assertThat(node.stats().http2().headersTooLarge()).isEqualTo(1);
      assertThat(server.received()).doesNotContain("x-bomb");
    }
  }

  private static byte[] literal(String text) {
    byte[] one = fields(text, "");
    // Without the byte before the name and the empty value behind it.
    return java.util.Arrays.copyOfRange(one, 1, one.length - 1);
  }

  /** CVE-2019-9517: asks for much and takes nothing. */
  @Test
  void aWindowThatIsNeverOpened() throws Exception {
    Timeouts brief = Timeouts.all(Duration.ofMillis(300));
    try (RawServer server = RawServer.saying("x".repeat(100_000));
        TestNode node = TestNode.before(s -> s.with(brief), server.address());
        Http2Frames client = new Http2Frames(node.address(), setting(INITIAL_WINDOW_SIZE, 0))) {
      client.get(1, "/");
      assertThat(client.await(HEADERS).stream).isEqualTo(1);
      assertThat(client.await(RST_STREAM).stream).isEqualTo(1);
      assertThat(node.stats().http2().stalled()).isEqualTo(1);
    }
  }

  /** The same with something now and then, but too little. */
  @Test
  void aWindowThatIsOpenedByByteAfterByte() throws Exception {
    Timeouts brief = Timeouts.all(Duration.ofMillis(300));
    Limits quick = Limits.DEFAULT.ofClient(0, 1_000_000);
    try (RawServer server = RawServer.saying("x".repeat(100_000));
        TestNode node =
            TestNode.before(s -> s.with(brief).with(quick).with(patient()), server.address());
        Http2Frames client = new Http2Frames(node.address(), setting(INITIAL_WINDOW_SIZE, 1))) {
      client.get(1, "/");
      Http2Frames.Frame frame = client.await(HEADERS);
      int parts = 0;
      while (frame.type != RST_STREAM) {
        frame = client.read();
        if (frame.type == DATA) {
          parts++;
          client.send(WINDOW_UPDATE, 0, 1, bytes(1));
        }
      }
      assertThat(parts).isGreaterThan(1);
      assertThat(node.stats().slowClients()).isEqualTo(1);
    }
  }

  /** So that it is not the number of WINDOW_UPDATEs that ends the connection first. */
  private static Http2Limits patient() {
    Http2Limits d = Http2Limits.DEFAULT;
    return new Http2Limits(
        true,
        d.streams(),
        d.streamWindow(),
        d.resets(),
        d.faults(),
        d.settings(),
        d.pings(),
        d.emptyData(),
        Http2Limits.MAX_FRAMES,
        d.continuations());
  }
}
