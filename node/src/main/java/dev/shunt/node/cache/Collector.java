package dev.shunt.node.cache;

import dev.shunt.node.BodyWatcher;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Copies a body as it passes by, up to so many bytes. Used by one event loop's thread. */
final class Collector implements BodyWatcher {

  private final CacheStore store;
  private final int most;
  private final Consumer<byte[]> whole;
  private final Runnable dropped;
  private final ByteArrayOutputStream body;
  private boolean over;

  /**
   * @param expected bytes, as far as is known
   * @param whole gets a body that is complete
   * @param dropped is told of one that is too large, or broke off
   */
  Collector(CacheStore store, int most, int expected, Consumer<byte[]> whole, Runnable dropped) {
    this.store = store;
    this.most = most;
    this.whole = whole;
    this.dropped = dropped;
    this.body = new ByteArrayOutputStream(Math.min(expected, 65_536));
  }

  @Override
  public void part(ByteBuffer part) {
    int bytes = part.remaining();
    if (over) {
      return;
    }
    if (body.size() + bytes > most || !store.takeRoom(bytes)) {
      drop();
      return;
    }
    byte[] copy = new byte[bytes];
    part.get(copy);
    body.writeBytes(copy);
  }

  @Override
  public void end(boolean complete) {
    if (over) {
      return;
    }
    if (complete) {
      over = true;
      store.giveRoom(body.size());
      whole.accept(body.toByteArray());
    } else {
      drop();
    }
  }

  private void drop() {
    over = true;
    store.giveRoom(body.size());
    body.reset();
    dropped.run();
  }
}
