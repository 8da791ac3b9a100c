package dev.shunt.replication.local;

import dev.shunt.cluster.MemberId;
import dev.shunt.replication.LabelBlock;
import dev.shunt.replication.LabelBlocks;
import dev.shunt.replication.ReplicationException;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * All blocks are this member's to take; the end of a partition can be played to it.
 *
 * <p>Futures are complete when they are returned; the listener is called from the caller's thread.
 */
public final class LocalLabelBlocks implements LabelBlocks {

  private final NavigableSet<LabelBlock> owned = new TreeSet<>();
  private final Set<LabelBlock> others = new TreeSet<>();
  private @Nullable Listener listener;
  private boolean started;
  private long lost;

  LocalLabelBlocks() {}

  @Override
  public synchronized CompletableFuture<Optional<Taken>> take() {
    if (!started) {
      return notStarted();
    }
    for (int number = 0; number < LabelBlock.COUNT; number++) {
      LabelBlock block = new LabelBlock(number);
      if (!others.contains(block) && owned.add(block)) {
        return CompletableFuture.completedFuture(
            Optional.of(new Taken(block, Optional.<MemberId>empty())));
      }
    }
    return CompletableFuture.completedFuture(Optional.empty());
  }

  @Override
  public synchronized CompletableFuture<Boolean> take(LabelBlock wanted) {
    if (!started) {
      return notStarted();
    }
    if (others.contains(wanted)) {
      return CompletableFuture.completedFuture(false);
    }
    owned.add(wanted);
    return CompletableFuture.completedFuture(true);
  }

  @Override
  public synchronized CompletableFuture<Void> release(LabelBlock block) {
    owned.remove(block);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized Set<LabelBlock> owned() {
    return Set.copyOf(owned);
  }

  /** Nobody else owns anything that could be taken over. */
  @Override
  public void present(Set<MemberId> members) {}

  @Override
  public synchronized void listen(Listener newListener) {
    listener = newListener;
  }

  @Override
  public synchronized Stats stats() {
    return new Stats(owned.size(), LabelBlock.COUNT - owned.size() - others.size(), 0, lost);
  }

  /** Plays that another member turns out to own this block. */
  public synchronized void lose(LabelBlock block) {
    others.add(block);
    if (owned.remove(block)) {
      lost++;
      if (listener != null) {
        listener.onLost(block);
      }
    }
  }

  synchronized void start(boolean running) {
    started = running;
    if (running && listener != null) {
      listener.onFound(Set.of());
    }
  }

  private static <T> CompletableFuture<T> notStarted() {
    return CompletableFuture.failedFuture(
        new ReplicationException("label blocks: the tables of this member are not complete"));
  }
}
