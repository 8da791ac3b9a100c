package dev.shunt.integrationtests.harness;

/** Arrays of other sizes, for the length of a test. */
public final class SmallArray {

  private SmallArray() {}

  /** An array of one member; close it. */
  public static TestArray ofOne() {
    Requirements.root();
    return TestArray.of(1);
  }
}
