package dev.shunt.node.cache;

import dev.shunt.node.BodyWatcher;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Copies a body as it passes by, up to so many bytes. Used by one event loop's thread. */
final class Collector implements BodyWatcher {

  /** Hears that a body is not kept. */
  @FunctionalInterface
  interface Dropped {

    /**
     * A body is not kept.
     *
     * @param tooLarge whether the next one of the same would not be either
     */
    void because(boolean tooLarge);
  }

  private final CacheStore store;
  private final int most;
  private final Consumer<byte[]> whole;
  private final Dropped dropped;
  private final ByteArrayOutputStream body;
  private boolean over;

  /**
   * @param expected bytes, as far as is known
   * @param whole gets a body that is complete
   * @param dropped is told of one that is too large, for which there is no room now, or that broke
   *     off
   */
  Collector(CacheStore store, int most, int expected, Consumer<byte[]> whole, Dropped dropped) {
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
    boolean tooLarge = body.size() + bytes > most;
    if (tooLarge || !store.takeRoom(bytes)) {
      drop(tooLarge);
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
      drop(false);
    }
  }

  private void drop(boolean tooLarge) {
    over = true;
    store.giveRoom(body.size());
    body.reset();
    dropped.because(tooLarge);
  }
}
