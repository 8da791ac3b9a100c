package dev.shunt.node.http;

import org.jspecify.annotations.Nullable;

/** One event loop's client connections, as a list that runs through them; one thread. */
final class Clients {

  private @Nullable ClientConnection first;
  private int size;

  void add(ClientConnection client) {
    ClientConnection second = first;
    client.next = second;
    client.previous = null;
    if (second != null) {
      second.previous = client;
    }
    first = client;
    size++;
  }

  void remove(ClientConnection client) {
    ClientConnection before = client.previous;
    ClientConnection after = client.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after != null) {
      after.previous = before;
    }
    client.next = null;
    client.previous = null;
    size--;
  }

  int size() {
    return size;
  }

  void sweep(long now) {
    ClientConnection each = first;
    while (each != null) {
      ClientConnection after = each.next;
      each.checkDeadline(now);
      each = after;
    }
  }

  void drain() {
    ClientConnection each = first;
    while (each != null) {
      ClientConnection after = each.next;
      each.closeIfIdle();
      each = after;
    }
  }

  void cut() {
    ClientConnection each = first;
    while (each != null) {
      ClientConnection after = each.next;
      each.reset();
      each = after;
    }
  }
}
