package dev.shunt.node;

/** A request that a stage holds until something has happened: see {@link Exchange#hold}. */
@FunctionalInterface
public interface HeldRequest {

  /**
   * Lets it go on, on its own event loop: the stage that holds it is asked once more. For any
   * thread; does nothing for a request that went on before, or is over.
   */
  void resume();
}
