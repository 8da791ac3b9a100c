package dev.shunt.cluster;

/**
 * The election term: grows with every new scheduler. Every claim of authority carries one, and the
 * lower one loses.
 *
 * <p>Composed of the raft term (upper 44 bits) and the number of the appointment within it (lower
 * 20 bits), so that the raft leader can appoint several schedulers one after the other without a
 * new vote, and still no two schedulers ever carry the same term. Appointments leave numbers out:
 * each member has its own.
 */
public record Term(long number) implements Comparable<Term> {

  /** Before the first election. */
  public static final Term NONE = new Term(0);

  private static final int APPOINTMENT_BITS = 20;

  /** The last raft term there is. */
  public static final long MAX_RAFT_TERM = (1L << (63 - APPOINTMENT_BITS)) - 1;

  /** The last appointment that a raft term has room for. */
  public static final int MAX_APPOINTMENT = (1 << APPOINTMENT_BITS) - 1;

  public Term {
    if (number < 0) {
      throw new IllegalArgumentException("term " + number + " is negative");
    }
  }

  /** The term of the scheduler that was named with that number in that raft term. */
  public static Term of(long raftTerm, int appointment) {
    if (raftTerm < 0 || raftTerm > MAX_RAFT_TERM) {
      throw new IllegalArgumentException("raft term " + raftTerm + " is out of range");
    }
    if (appointment < 0 || appointment > MAX_APPOINTMENT) {
      throw new IllegalArgumentException("appointment " + appointment + " is out of range");
    }
    return new Term((raftTerm << APPOINTMENT_BITS) | appointment);
  }

  public long raftTerm() {
    return number >>> APPOINTMENT_BITS;
  }

  public int appointment() {
    return (int) (number & MAX_APPOINTMENT);
  }

  public boolean isAfter(Term other) {
    return number > other.number;
  }

  @Override
  public int compareTo(Term other) {
    return Long.compare(number, other.number);
  }

  /** {@code 7.2}: appointment number 2 in raft term 7. */
  @Override
  public String toString() {
    return raftTerm() + "." + appointment();
  }
}
