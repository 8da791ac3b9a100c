package dev.shunt.integrationtests.harness;

import dev.shunt.ops.lab.LabFar;

/** Arrays of other sizes and kinds, for the length of a test. */
public final class SmallArray {

  private SmallArray() {}

  /** An array of one member; close it. */
  public static TestArray ofOne() {
    Requirements.root();
    return TestArray.of(1);
  }

  /** An array of so many with one server; close it. */
  public static TestArray of(int members) {
    Requirements.root();
    return TestArray.withOneServer(members);
  }

  /** An array of two members and a witness; close it. */
  public static TestArray withWitness() {
    Requirements.root();
    return TestArray.withWitness(2);
  }

  /** An array of three whose labels go in UDP, m3 behind a router; close it. */
  public static TestArray tunnelled() {
    Requirements.root();
    return TestArray.tunnelled(3, new LabFar(1, 0));
  }

  /** The same with a server behind the router too, s3; close it. */
  public static TestArray tunnelledToServers() {
    Requirements.root();
    return TestArray.tunnelled(3, new LabFar(1, 1));
  }
}
