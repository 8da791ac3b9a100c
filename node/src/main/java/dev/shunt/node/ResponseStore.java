package dev.shunt.node;

/**
 * What a stage of a service keeps of responses (claim A15).
 *
 * <p>All methods may be called from any thread, and do not wait for requests.
 */
public interface ResponseStore {

  /** What it did since the start, and holds now; taken without stopping anything. */
  CacheStats stats();

  /**
   * Forgets responses. When it has returned, none that matched is given to a request that comes
   * later, also none whose request to a server was under way.
   *
   * @return how many kept responses were forgotten
   */
  int purge(CachePurge what);
}
