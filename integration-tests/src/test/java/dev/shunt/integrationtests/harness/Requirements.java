package dev.shunt.integrationtests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** What system tests need of the machine; where it is missing, CI fails and others skip. */
public final class Requirements {

  private static final boolean CI = "true".equals(System.getenv("CI"));

  private Requirements() {}

  public static void root() {
    boolean root = "root".equals(System.getProperty("user.name"));
    boolean bpf = Files.exists(Path.of("/sys/kernel/btf/vmlinux"));
    if (CI) {
      assertThat(root && bpf)
          .as("arrays need root and a kernel with BTF; CI must not skip")
          .isTrue();
    }
    Assumptions.assumeTrue(root, "arrays in network namespaces need root");
    Assumptions.assumeTrue(bpf, "the data plane needs a kernel with BTF");
  }

  /** A program on the path, out of the Debian package of the same name. */
  public static void program(String name) {
    boolean there =
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    if (CI) {
      assertThat(there).as("needs %s; CI must not skip", name).isTrue();
    }
    Assumptions.assumeTrue(there, "needs " + name);
  }
}
