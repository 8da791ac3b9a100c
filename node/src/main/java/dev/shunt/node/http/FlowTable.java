package dev.shunt.node.http;

import dev.shunt.node.persistence.KeyedHash;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to whom, by address and port, in the order in which they were heard of last. One
 * thread.
 *
 * <p>Anybody may write any address into a datagram, so the hash is keyed: nobody can choose
 * addresses that all fall into one chain. Finding allocates nothing that outlives the call.
 *
 * @param <S> what belongs to them
 */
final class FlowTable<S> {

  /** A place in the table. */
  static final class Entry<S> {
    final S value;
    private final long high;
    private final long low;
    private final int port;
    private final int hash;
    private boolean in = true;
    private @Nullable Entry<S> chained;
    private @Nullable Entry<S> older;
    private @Nullable Entry<S> newer;

    private Entry(S value, long high, long low, int port, int hash) {
      this.value = value;
      this.high = high;
      this.low = low;
      this.port = port;
      this.hash = hash;
    }
  }

  private static final int FIRST_SIZE = 64;
  private static final int IPV6_BYTES = 16;

  /** An IPv4 address as IPv6 writes it (RFC 4291 section 2.5.5.2). */
  private static final long MAPPED = 0xFFFFL << 32;

  private final KeyedHash keyed;
  private @Nullable Entry<S>[] chains = empty(FIRST_SIZE);
  private @Nullable Entry<S> oldest;
  private @Nullable Entry<S> newest;
  private int size;

  // Of the address that is looked for.
  private long high;
  private long low;
  private int hash;

  /**
   * @param key 16 random bytes
   */
  FlowTable(byte[] key) {
    keyed = new KeyedHash(key);
  }

  @SuppressWarnings("unchecked") // An array of a generic class cannot be made otherwise.
  private static <S> @Nullable Entry<S>[] empty(int length) {
    return (@Nullable Entry<S>[]) new Entry<?>[length];
  }

  int size() {
    return size;
  }

  /** What belongs to a client, or null; it is the newest then. */
  @Nullable S find(InetSocketAddress client) {
    hash(client);
    Entry<S> each = chains[hash & (chains.length - 1)];
    while (each != null
        && (each.low != low || each.high != high || each.port != client.getPort())) {
      each = each.chained;
    }
    if (each == null) {
      return null;
    }
    if (each != newest) {
      unlink(each);
      link(each);
    }
    return each.value;
  }

  /** What was not found belongs to a client, the newest, from now on. */
  Entry<S> add(InetSocketAddress client, S value) {
    hash(client);
    if (size == chains.length) {
      grow();
    }
    Entry<S> added = new Entry<>(value, high, low, client.getPort(), hash);
    chain(chains, added);
    link(added);
    size++;
    return added;
  }

  /** What has belonged to its client for the longest time without being found; null if nothing. */
  @Nullable S oldest() {
    return oldest == null ? null : oldest.value;
  }

  /** Once more is not wrong. */
  void remove(Entry<S> entry) {
    if (!entry.in) {
      return;
    }
    entry.in = false;
    unlink(entry);
    int at = entry.hash & (chains.length - 1);
    Entry<S> before = null;
    Entry<S> each = chains[at];
    while (each != null && each != entry) {
      before = each;
      each = each.chained;
    }
    if (before == null) {
      chains[at] = entry.chained;
    } else {
      before.chained = entry.chained;
    }
    size--;
  }

  private void hash(InetSocketAddress client) {
    byte[] address = client.getAddress().getAddress();
    if (address.length == IPV6_BYTES) {
      high = word(address, 0, Long.BYTES);
      low = word(address, Long.BYTES, IPV6_BYTES);
    } else {
      high = 0;
      low = MAPPED | word(address, 0, address.length);
    }
    keyed.begin();
    add(high);
    add(low);
    int port = client.getPort();
    hash = (int) keyed.add(port).add(port >>> Byte.SIZE).end().low();
  }

  private static long word(byte[] bytes, int from, int to) {
    long word = 0;
    for (int i = from; i < to; i++) {
      word = (word << Byte.SIZE) | (bytes[i] & 0xFFL);
    }
    return word;
  }

  private void add(long word) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      keyed.add((int) (word >>> shift));
    }
  }

  private void grow() {
    @Nullable Entry<S>[] larger = empty(2 * chains.length);
    for (Entry<S> each = oldest; each != null; each = each.newer) {
      chain(larger, each);
    }
    chains = larger;
  }

  private static <S> void chain(@Nullable Entry<S>[] chains, Entry<S> entry) {
    int at = entry.hash & (chains.length - 1);
    entry.chained = chains[at];
    chains[at] = entry;
  }

  private void link(Entry<S> entry) {
    entry.older = newest;
    entry.newer = null;
    if (newest == null) {
      oldest = entry;
    } else {
      newest.newer = entry;
    }
    newest = entry;
  }

  private void unlink(Entry<S> entry) {
    if (entry.older == null) {
      oldest = entry.newer;
    } else {
      entry.older.newer = entry.newer;
    }
    if (entry.newer == null) {
      newest = entry.older;
    } else {
      entry.newer.older = entry.older;
    }
  }
}
