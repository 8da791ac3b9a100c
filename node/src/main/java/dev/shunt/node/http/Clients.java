package dev.shunt.node.http;

import org.jspecify.annotations.Nullable;

/** One event loop's client connections, as a list that runs through them; one thread. */
final class Clients {

  /** A client's connection. */
  interface Member {

    /** Does what is due. */
    void checkDeadline(long now);

    /** Closes it, when it has nothing to do any more. */
    void closeIfIdle();

    /** Cuts it. */
    void reset();
  }

  /** A place in the list. */
  static final class Link {
    private final Member member;
    private @Nullable Link next;
    private @Nullable Link previous;

    Link(Member member) {
      this.member = member;
    }
  }

  private @Nullable Link first;
  private int size;

  void add(Link client) {
    Link second = first;
    client.next = second;
    client.previous = null;
    if (second != null) {
      second.previous = client;
    }
    first = client;
    size++;
  }

  void remove(Link client) {
    Link before = client.previous;
    Link after = client.next;
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
    Link each = first;
    while (each != null) {
      Link after = each.next;
      each.member.checkDeadline(now);
      each = after;
    }
  }

  void drain() {
    Link each = first;
    while (each != null) {
      Link after = each.next;
      each.member.closeIfIdle();
      each = after;
    }
  }

  void cut() {
    Link each = first;
    while (each != null) {
      Link after = each.next;
      each.member.reset();
      each = after;
    }
  }
}
