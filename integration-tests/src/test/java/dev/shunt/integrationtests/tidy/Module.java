package dev.shunt.integrationtests.tidy;

import java.util.Arrays;
import java.util.Optional;

/** The modules, in the order in which each may use those before it. */
enum Module {
  CLUSTER("cluster"),
  REPLICATION("replication"),
  SCHEDULER("scheduler"),
  NODE("node"),
  OPS("ops"),
  INTEGRATION_TESTS("integration-tests");

  private final String folder;

  Module(String folder) {
    this.folder = folder;
  }

  String folder() {
    return folder;
  }

  /** Its root package. */
  String rootPackage() {
    return "dev.shunt." + folder.replace("-", "");
  }

  /**
   * Whether its root package is vocabulary, ports and configuration. That of {@code ops} wires
   * everything together, and the tests have none.
   */
  boolean hasVocabulary() {
    return compareTo(OPS) < 0;
  }

  static Optional<Module> ofFolder(String folder) {
    return Arrays.stream(values()).filter(module -> module.folder.equals(folder)).findFirst();
  }
}
