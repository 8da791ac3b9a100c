package dev.shunt.node;

import io.netty.util.LeakPresenceDetector;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Fails a run of tests that ends with a buffer that nobody released: what tests without a node
 * lost, and what was lost after the last node had closed. Nodes of tests look for their own when
 * they close.
 *
 * <p>Netty's detector for tests counts every buffer, however the garbage collector behaves; the
 * usual one, paranoid or not, sees only those that were collected before the end.
 */
public final class BufferLeaks implements LauncherSessionListener {

  @Override
  public void launcherSessionClosed(LauncherSession session) {
    check();
  }

  /**
   * @throws IllegalStateException when there is a buffer that was not released
   */
  public static void check() {
    try {
      LeakPresenceDetector.check();
    } catch (IllegalStateException e) {
      throw new IllegalStateException(
          "a buffer was not released; -Dio.netty.util.LeakPresenceDetector.trackCreationStack=true"
              + " says where it was made",
          e);
    }
  }
}
