package dev.shunt.replication;

import java.util.function.Consumer;

/**
 * Bindings of one kind, such as the session ids of a service, held completely in every member.
 *
 * <p>Thread-safe. {@link #find} takes no lock and allocates nothing. No call waits for another
 * member: changes are seen here at once, and go to the others in batches through a bounded queue.
 * What does not fit into it stays local, is counted, and is sent when the tables are compared.
 */
public interface BindingTable {

  /** A key's binding, an idle one too, or {@link Binding#NONE}. */
  Binding find(long high, long low);

  /** Binds a key that has no binding; the one that it has then, which may be another's. */
  Binding offer(long high, long low, long owner);

  /**
   * Binds a key to another server; the binding that it has then. Nothing is changed if {@code held}
   * is no longer the key's binding.
   */
  Binding move(Binding held, long owner);

  /** A request used it. */
  void use(Binding binding);

  /** Whether no member has used it for the table's idle time, as far as is known here. */
  boolean isIdle(Binding binding);

  int size();

  /** Every binding, in no order; weakly consistent. */
  void forEach(Consumer<Binding> action);

  BindingStats stats();
}
