package dev.shunt.replication.hazelcast;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;

/** Hands the shared table's events to the inbox, except those of this member's own writes. */
final class SessionEvents
    implements EntryAddedListener<byte[], byte[]>,
        EntryUpdatedListener<byte[], byte[]>,
        EntryMergedListener<byte[], byte[]>,
        EntryRemovedListener<byte[], byte[]> {

  private final Arrivals arrivals;

  SessionEvents(Arrivals arrivals) {
    this.arrivals = arrivals;
  }

  @Override
  public void entryAdded(EntryEvent<byte[], byte[]> event) {
    written(event);
  }

  @Override
  public void entryUpdated(EntryEvent<byte[], byte[]> event) {
    written(event);
  }

  @Override
  public void entryMerged(EntryEvent<byte[], byte[]> event) {
    arrivals.written(new Arrivals.Raw(event.getKey(), event.getValue()));
  }

  @Override
  public void entryRemoved(EntryEvent<byte[], byte[]> event) {
    if (isForeign(event)) {
      arrivals.removed(new Arrivals.Raw(event.getKey(), event.getOldValue()));
    }
  }

  private void written(EntryEvent<byte[], byte[]> event) {
    if (isForeign(event)) {
      arrivals.written(new Arrivals.Raw(event.getKey(), event.getValue()));
    }
  }

  private static boolean isForeign(EntryEvent<byte[], byte[]> event) {
    return event.getMember() == null || !event.getMember().localMember();
  }
}
