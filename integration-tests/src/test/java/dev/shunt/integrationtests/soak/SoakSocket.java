package dev.shunt.integrationtests.soak;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A WebSocket whose messages come back. */
final class SoakSocket implements WebSocket.Listener {

  private static final int SECONDS = 30;

  private final HttpClient client;
  private final URI uri;
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private final BlockingQueue<byte[]> heard = new LinkedBlockingQueue<>();

  SoakSocket(HttpClient client, int port) {
    this.client = client;
    this.uri = URI.create("ws://127.0.0.1:" + port + "/");
  }

  /** Opens it, says some messages, and closes it. */
  long talk(SplittableRandom random) throws Exception {
    WebSocket socket =
        client.newWebSocketBuilder().buildAsync(uri, this).get(SECONDS, TimeUnit.SECONDS);
    try {
      int messages = random.nextInt(1, 10);
      for (int i = 0; i < messages; i++) {
        byte[] said = SoakServers.content(random.nextLong(), random.nextInt(5000));
        socket.sendBinary(ByteBuffer.wrap(said), true).get(SECONDS, TimeUnit.SECONDS);
        byte[] back = heard.poll(SECONDS, TimeUnit.SECONDS);
        if (back == null || !Arrays.equals(back, said)) {
          throw new SoakLoad.Wrong(
              back == null ? "nothing came back" : "another message came back");
        }
      }
      return messages;
    } finally {
      socket.abort();
    }
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
    byte[] part = new byte[data.remaining()];
    data.get(part);
    message.writeBytes(part);
    if (last) {
      heard.add(message.toByteArray());
      message.reset();
    }
    socket.request(1);
    return null;
  }
}
