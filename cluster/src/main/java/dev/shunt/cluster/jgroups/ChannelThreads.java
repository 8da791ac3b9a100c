package dev.shunt.cluster.jgroups;

import org.jgroups.util.LazyThreadFactory;

/**
 * JGroups' threads, named as it names them. Not virtual ones: those share their few carriers, and
 * the threads that wake them, with everything else in this process, and have no priority.
 */
final class ChannelThreads extends LazyThreadFactory {

  private final Runnable threadStart;

  /**
   * @param threadStart what each of them does first
   */
  ChannelThreads(Runnable threadStart) {
    super("jgroups", false, true);
    this.threadStart = threadStart;
  }

  @Override
  public Thread newThread(Runnable task, String name) {
    Runnable begun =
        () -> {
          threadStart.run();
          task.run();
        };
    return super.newThread(begun, name);
  }
}
