package dev.shunt.node.http;

import dev.shunt.node.BodyFilter;
import dev.shunt.node.BodyWatcher;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** The place among filters from which a body is looked on at. */
final class Watched implements BodyFilter {

  private final BodyWatcher watcher;
  private final Consumer<Throwable> failed;
  private boolean over;

  /**
   * @param failed is told when the watcher fails, which is then left alone: the body goes on
   */
  Watched(BodyWatcher watcher, Consumer<Throwable> failed) {
    this.watcher = watcher;
    this.failed = failed;
  }

  @Override
  public void filter(ByteBuffer in, boolean last, Consumer<ByteBuffer> out) {
    if (in.hasRemaining()) {
      see(in);
      out.accept(in);
    }
  }

  void see(ByteBuffer part) {
    if (!over) {
      try {
        watcher.part(part.asReadOnlyBuffer());
      } catch (RuntimeException | LinkageError e) {
        over = true;
        failed.accept(e);
      }
    }
  }

  /** Tells the end, unless that was told before. */
  void end(boolean whole) {
    if (!over) {
      over = true;
      try {
        watcher.end(whole);
      } catch (RuntimeException | LinkageError e) {
        failed.accept(e);
      }
    }
  }
}
