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

    /** Bytes that wait in memory for the client, or that came of it and wait for a server. */
    default long held() {
      return 0;
    }

    /** Cuts it, for its bytes have to go. */
    default void makeRoom() {
      reset();
    }
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

  /** What the one that holds the most held when all were looked at last. */
  private long most;

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

  /** Does what is due; returns how many bytes all of them hold. */
  long sweep(long now) {
    long sum = 0;
    long largest = 0;
    Link each = first;
    while (each != null) {
      Link after = each.next;
      each.member.checkDeadline(now);
      long holds = each.member.held();
      sum += holds;
      largest = Math.max(largest, holds);
      each = after;
    }
    most = largest;
    return sum;
  }

  /**
   * Cuts some of those that hold the most, until so many bytes are free or none of them is left;
   * what is missing then is found after the next {@link #sweep}.
   */
  void makeRoom(long bytes) {
    long freed = 0;
    Link each = first;
    while (each != null && freed < bytes) {
      Link after = each.next;
      long holds = each.member.held();
      if (holds > most / 2) {
        freed += holds;
        each.member.makeRoom();
      }
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
