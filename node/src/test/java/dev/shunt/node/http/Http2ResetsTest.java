package dev.shunt.node.http;

import static dev.shunt.node.http.Http2Frames.DATA;
import static dev.shunt.node.http.Http2Frames.END_HEADERS;
import static dev.shunt.node.http.Http2Frames.END_STREAM;
import static dev.shunt.node.http.Http2Frames.HEADERS;
import static dev.shunt.node.http.Http2Frames.RST_STREAM;
import static dev.shunt.node.http.Http2Frames.bytes;
import static dev.shunt.node.http.Http2Frames.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.ServerProtocol;
import dev.shunt.node.ToServers;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which error codes of HTTP/2 pass between servers and clients, and which become others. */
class Http2ResetsTest {

  private static final int NO_ERROR = 0;
  private static final int CANCEL = 8;

  private static TestNode before(InetSocketAddress... servers) throws Exception {
    return TestNode.before(s -> s.with(ToServers.of(ServerProtocol.H2C)), servers);
  }

  /** Gives up every request, at once or with a response begun. */
  private static RawServer resetting(int code, boolean begun) throws IOException {
    return Http2Peer.server(peer -> {
      while (true) {
        int stream = peer.request();
        peer.await(DATA);
        if (begun) {
          peer.head(stream, false, ":status", "200").data(stream, "part", false);
        }
        peer.send(RST_STREAM, 0, stream, bytes(code));
      }
    });
  }

  private static Http2Frames post(Http2Frames client, String type) throws IOException {
    return client
        .send(HEADERS, END_HEADERS, 1, request("POST", "/", "content-type", type))
        .send(DATA, END_STREAM, 1, new byte[5]);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "NO_ERROR, 0, 2",
    "PROTOCOL_ERROR, 1, 2",
    "INTERNAL_ERROR, 2, 2",
    "FLOW_CONTROL_ERROR, 3, 2",
    "STREAM_CLOSED, 5, 2",
    "FRAME_SIZE_ERROR, 6, 2",
    "REFUSED_STREAM, 7, 2",
    "CANCEL, 8, 8",
    "COMPRESSION_ERROR, 9, 2",
    "CONNECT_ERROR, 10, 2",
    "ENHANCE_YOUR_CALM, 11, 11",
    "INADEQUATE_SECURITY, 12, 2",
    "HTTP_1_1_REQUIRED, 13, 2",
    "unknown, 4711, 2"
  })
  void aResponseThatBreaksOffEndsWithACodeThatMeansTheSame(String name, int code, int expected)
      throws Exception {
    try (RawServer server = resetting(code, true);
        TestNode node = before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      post(client, "text/plain");
      assertThat(client.await(RST_STREAM).code()).as(name).isEqualTo(expected);
      await().until(() -> node.stats().aborted() == 1);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "NO_ERROR, 0, 2",
    "INTERNAL_ERROR, 2, 2",
    "REFUSED_STREAM, 7, 7",
    "CANCEL, 8, 8",
    "ENHANCE_YOUR_CALM, 11, 11",
    "INADEQUATE_SECURITY, 12, 2"
  })
  void withoutAResponseAGrpcClientGetsTheCodeAndOthersAnAnswer(String name, int code, int expected)
      throws Exception {
    try (RawServer server = resetting(code, false);
        TestNode node = before(server.address());
        Http2Frames grpc = new Http2Frames(node.address());
        Http2Frames other = new Http2Frames(node.address())) {
      post(grpc, "application/grpc+proto");
      assertThat(grpc.await(RST_STREAM).code()).as(name).isEqualTo(expected);
      assertThat(post(other, "application/json").body(1)).contains("closed without a response");
      assertThat(node.stats().status5xx()).isEqualTo(1);
    }
  }

  @Test
  void aGrpcCallOverAConnectionThatIsCutIsAnswered() throws Exception {
    try (RawServer server = Http2Peer.server(peer -> peer.await(DATA));
        TestNode node = before(server.address());
        Http2Frames grpc = new Http2Frames(node.address())) {
      assertThat(post(grpc, "application/grpc").body(1)).contains("closed without a response");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 7, 8, 11})
  void aClientThatGivesUpCancelsWhateverItsCode(int code) throws Exception {
    BlockingQueue<Integer> codes = new LinkedBlockingQueue<>();
    Http2Peer.Script script =
        peer -> {
          peer.head(peer.request(), false, ":status", "200");
          codes.add(peer.await(RST_STREAM).code());
        };
    try (RawServer server = Http2Peer.server(script);
        TestNode node = before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      client.get(1, "/").await(HEADERS);
      client.send(RST_STREAM, 0, 1, bytes(code));
      assertThat(codes.poll(10, TimeUnit.SECONDS)).isEqualTo(CANCEL);
    }
  }

  @Test
  void whoHasAnsweredIsToldThatTheRestOfTheRequestIsNotNeeded() throws Exception {
    BlockingQueue<Integer> codes = new LinkedBlockingQueue<>();
    Http2Peer.Script script =
        peer -> {
          peer.answer(peer.request(), "enough");
          codes.add(peer.await(RST_STREAM).code());
        };
    try (RawServer server = Http2Peer.server(script);
        TestNode node = before(server.address());
        Http2Frames client = new Http2Frames(node.address())) {
      client.send(HEADERS, END_HEADERS, 1, request("POST", "/"));
      assertThat(client.body(1)).isEqualTo("enough");
      assertThat(client.await(RST_STREAM).code()).isEqualTo(NO_ERROR);
      assertThat(codes.poll(10, TimeUnit.SECONDS)).isEqualTo(NO_ERROR);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, INTERNAL",
    "7, UNAVAILABLE",
    "8, CANCELLED",
    "11, RESOURCE_EXHAUSTED",
    "12, INTERNAL"
  })
  void aGrpcClientMakesTheStatusOfItThatItWouldMakeOfTheServersCode(int code, Status.Code status)
      throws Exception {
    MethodDescriptor<String, String> unary =
        GrpcTest.method("unary", MethodDescriptor.MethodType.UNARY);
    try (RawServer server = resetting(code, false);
        TestNode node = before(server.address())) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress(node.address()).usePlaintext().build();
      try {
        assertThatThrownBy(
                () -> ClientCalls.blockingUnaryCall(channel, unary, CallOptions.DEFAULT, "one"))
            .isInstanceOfSatisfying(
                StatusRuntimeException.class,
                e -> assertThat(e.getStatus().getCode()).isEqualTo(status));
      } finally {
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
      }
    }
  }
}
