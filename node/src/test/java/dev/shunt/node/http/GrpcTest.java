package dev.shunt.node.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shunt.node.HttpService;
import dev.shunt.node.ServerProtocol;
import dev.shunt.node.ToServers;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** gRPC through a node, with clients and servers of grpc-java. */
class GrpcTest {

  private static final MethodDescriptor<String, String> UNARY = method("unary", MethodType.UNARY);
  private static final MethodDescriptor<String, String> SERVER =
      method("server", MethodType.SERVER_STREAMING);
  private static final MethodDescriptor<String, String> CLIENT =
      method("client", MethodType.CLIENT_STREAMING);
  private static final MethodDescriptor<String, String> BOTH =
      method("both", MethodType.BIDI_STREAMING);

  private final CountDownLatch cancelled = new CountDownLatch(1);
  private final AtomicReference<Context> seen = new AtomicReference<>();
  private Server server;
  private TestNode node;
  private ManagedChannel channel;

  static MethodDescriptor<String, String> method(String name, MethodType type) {
    return MethodDescriptor.<String, String>newBuilder()
        .setType(type)
        .setFullMethodName("test.Echo/" + name)
        .setRequestMarshaller(new Text())
        .setResponseMarshaller(new Text())
        .build();
  }

  /** Messages are texts. */
  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try (stream) {
        return new String(stream.readAllBytes(), UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Keeps what comes. */
  private static final class Kept implements StreamObserver<String> {
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final AtomicReference<Status> end = new AtomicReference<>();

    @Override
    public void onNext(String value) {
      messages.add(value);
    }

    @Override
    public void onError(Throwable failure) {
      end.set(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      end.set(Status.OK);
    }

    String next() throws InterruptedException {
      return String.valueOf(messages.poll(10, TimeUnit.SECONDS));
    }
  }

  @BeforeEach
  void start() throws Exception {
    server =
        NettyServerBuilder.forAddress(TestNode.loopback(0))
            .addService(
                ServerServiceDefinition.builder("test.Echo")
                    .addMethod(UNARY, ServerCalls.asyncUnaryCall(this::unary))
                    .addMethod(SERVER, ServerCalls.asyncServerStreamingCall(this::stream))
                    .addMethod(CLIENT, ServerCalls.asyncClientStreamingCall(this::collect))
                    .addMethod(BOTH, ServerCalls.asyncBidiStreamingCall(this::echo))
                    .build())
            .build()
            .start();
    node =
        TestNode.before(
            GrpcTest::overHttp2,
            new InetSocketAddress(TestNode.loopback(0).getAddress(), server.getPort()));
    channel = NettyChannelBuilder.forAddress(node.address()).usePlaintext().build();
  }

  private static HttpService overHttp2(HttpService service) {
    return service.with(ToServers.of(ServerProtocol.H2C));
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    node.close();
    server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
  }

  // The server.

  private void unary(String request, StreamObserver<String> answer) {
    seen.set(Context.current());
    if (request.startsWith("fail")) {
      Metadata trailers = new Metadata();
      trailers.put(Metadata.Key.of("why", Metadata.ASCII_STRING_MARSHALLER), "because");
      answer.onError(
          Status.FAILED_PRECONDITION.withDescription("no: " + request).asException(trailers));
    } else if (!request.startsWith("wait")) {
      answer.onNext("echo " + request);
      answer.onCompleted();
    }
  }

  private void stream(String request, StreamObserver<String> answer) {
    for (int i = 0; i < Integer.parseInt(request); i++) {
      answer.onNext("message " + i);
    }
    answer.onCompleted();
  }

  private StreamObserver<String> collect(StreamObserver<String> answer) {
    List<String> all = new ArrayList<>();
    return new StreamObserver<>() {
      @Override
      public void onNext(String value) {
        all.add(value);
      }

      @Override
      public void onError(Throwable failure) {
        cancelled.countDown();
      }

      @Override
      public void onCompleted() {
        answer.onNext(all.size() + " messages, the last " + all.getLast());
        answer.onCompleted();
      }
    };
  }

  private StreamObserver<String> echo(StreamObserver<String> answer) {
    ((ServerCallStreamObserver<String>) answer).setOnCancelHandler(cancelled::countDown);
    return new StreamObserver<>() {
      @Override
      public void onNext(String value) {
        answer.onNext("echo " + value);
      }

      @Override
      public void onError(Throwable failure) {
        cancelled.countDown();
      }

      @Override
      public void onCompleted() {
        answer.onCompleted();
      }
    };
  }

  // The calls.

  private String call(String request) {
    return ClientCalls.blockingUnaryCall(channel, UNARY, CallOptions.DEFAULT, request);
  }

  @Test
  void aCallIsAnswered() {
    assertThat(call("one")).isEqualTo("echo one");
    assertThat(call("two")).isEqualTo("echo two");
    assertThat(node.stats().servers().getFirst().opened()).isEqualTo(1);
  }

  @Test
  void aFailureIsToldInTrailersAlone() {
    assertThatThrownBy(() -> call("fail"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
              assertThat(e.getStatus().getDescription()).isEqualTo("no: fail");
              assertThat(
                      requireNonNull(e.getTrailers())
                          .get(Metadata.Key.of("why", Metadata.ASCII_STRING_MARSHALLER)))
                  .isEqualTo("because");
            });
    assertThat(call("and on")).isEqualTo("echo and on");
  }

  @Test
  void aLongAnswerStreams() {
    Iterator<String> messages =
        ClientCalls.blockingServerStreamingCall(channel, SERVER, CallOptions.DEFAULT, "20000");
    int count = 0;
    while (messages.hasNext()) {
      assertThat(messages.next()).isEqualTo("message " + count);
      count++;
    }
    assertThat(count).isEqualTo(20_000);
  }

  @Test
  void aLongRequestStreams() {
    Kept kept = new Kept();
    StreamObserver<String> to =
        ClientCalls.asyncClientStreamingCall(channel.newCall(CLIENT, CallOptions.DEFAULT), kept);
    for (int i = 0; i < 5000; i++) {
      to.onNext("m" + i);
    }
    to.onCompleted();
    await().until(() -> kept.end.get() != null);
    assertThat(kept.end.get().isOk()).isTrue();
    assertThat(kept.messages).containsExactly("5000 messages, the last m4999");
  }

  @Test
  void messagesGoBothWaysInTurn() throws Exception {
    Kept kept = new Kept();
    StreamObserver<String> to =
        ClientCalls.asyncBidiStreamingCall(channel.newCall(BOTH, CallOptions.DEFAULT), kept);
    for (int i = 0; i < 100; i++) {
      to.onNext("m" + i);
      assertThat(kept.next()).isEqualTo("echo m" + i);
    }
    to.onCompleted();
    await().until(() -> kept.end.get() != null);
    assertThat(kept.end.get().isOk()).isTrue();
    assertThat(call("after")).isEqualTo("echo after");
  }

  @Test
  void aLargeMessageGoesBothWays() {
    String large = "x".repeat(3_000_000);
    assertThat(call(large)).hasSize(large.length() + 5).endsWith("xxx");
  }

  @Test
  void aServerSeesThatItsClientCancelled() throws Exception {
    Kept kept = new Kept();
    var call = channel.newCall(BOTH, CallOptions.DEFAULT);
    StreamObserver<String> to = ClientCalls.asyncBidiStreamingCall(call, kept);
    to.onNext("one");
    assertThat(kept.next()).isEqualTo("echo one");
    call.cancel("enough", null);
    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(call("and on")).isEqualTo("echo and on");
  }

  @Test
  void aServerKnowsTheDeadlineOfItsClient() {
    CallOptions soon = CallOptions.DEFAULT.withDeadlineAfter(700, TimeUnit.MILLISECONDS);
    assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, UNARY, soon, "wait"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
    assertThat(requireNonNull(seen.get().getDeadline()).timeRemaining(TimeUnit.MILLISECONDS))
        .isLessThan(700);
    await().until(() -> seen.get().isCancelled());
  }

  @Test
  void aServerThatIsGoneIsUnavailable() throws Exception {
    server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    assertThatThrownBy(() -> call("one"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
  }
}
