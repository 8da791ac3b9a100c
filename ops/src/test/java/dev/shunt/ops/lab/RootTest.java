package dev.shunt.ops.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;

/** What a test that makes namespaces needs; where it is missing, CI fails and others skip. */
final class RootTest {

  private RootTest() {}

  static void requireRoot() {
    boolean root = LabTools.isRoot();
    if ("true".equals(System.getenv("CI"))) {
      assertThat(root).as("network namespaces need root, and CI must not skip").isTrue();
    }
    Assumptions.assumeTrue(root, "network namespaces need root");
  }

  /** A name no other copy of the test uses at the same time. */
  static String labName(String prefix) {
    return prefix + ProcessHandle.current().pid();
  }

  /** A lab's JVMs, started through the test's own main class. */
  static LabJvm jvm() {
    return LabJvm.current().withMain(LabMain.class.getName());
  }
}
