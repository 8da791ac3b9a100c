package dev.shunt.integrationtests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** What system tests need of the machine; where it is missing, CI fails and others skip. */
final class Requirements {

  private Requirements() {}

  static void root() {
    boolean root = "root".equals(System.getProperty("user.name"));
    boolean bpf = Files.exists(Path.of("/sys/kernel/btf/vmlinux"));
    if ("true".equals(System.getenv("CI"))) {
      assertThat(root && bpf)
          .as("arrays need root and a kernel with BTF; CI must not skip")
          .isTrue();
    }
    Assumptions.assumeTrue(root, "arrays in network namespaces need root");
    Assumptions.assumeTrue(bpf, "the data plane needs a kernel with BTF");
  }
}
