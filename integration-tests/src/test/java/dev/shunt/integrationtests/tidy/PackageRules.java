package dev.shunt.integrationtests.tidy;

import com.sun.source.tree.Tree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which package may know what. */
final class PackageRules {

  /**
   * A library and where it is at home.
   *
   * @param prefix of its packages
   * @param homes the packages that may use it, with what is below them
   * @param everywhereInTests whether any test may
   */
  record Home(String prefix, List<String> homes, boolean everywhereInTests) {}

  static final List<Home> LIBRARIES =
      List.of(
          new Home("org.jgroups", List.of("dev.shunt.cluster.jgroups"), false),
          new Home("com.hazelcast", List.of("dev.shunt.replication.hazelcast"), false),
          new Home("io.netty", List.of("dev.shunt.node"), true),
          // In the harness, to open a socket in another network namespace.
          new Home(
              "java.lang.foreign",
              List.of("dev.shunt.scheduler.xdp", "dev.shunt.integrationtests.harness"),
              false));

  private PackageRules() {}

  /** A library is known in its home only. */
  static List<Violation> libraries(JavaFile file) {
    List<Violation> found = new ArrayList<>();
    QualifiedNames.of(file)
        .forEach((where, name) ->
            LIBRARIES.stream()
                .filter(library -> name.startsWith(library.prefix() + "."))
                .filter(library -> !isAtHome(file, library))
                .forEach(library ->
                    found.add(
                        file.violation(
                            where,
                            name + " is used outside " + String.join(", ", library.homes()),
                            "go through the port in the module's root package"))));
    return found;
  }

  /** A root package knows {@code java.*} and the root packages of its own and lower modules. */
  static List<Violation> rootPackages(JavaFile file) {
    Optional<Module> module = file.module();
    if (module.isEmpty()
        || !module.get().hasVocabulary()
        || !file.isMain()
        || !file.packageName().equals(module.get().rootPackage())) {
      return List.of();
    }
    List<Violation> found = new ArrayList<>();
    for (Map.Entry<Tree, String> used : QualifiedNames.of(file).entrySet()) {
      if (!isAllowedInRoot(module.get(), used.getValue())) {
        found.add(
            file.violation(
                used.getKey(),
                "root package " + file.packageName() + " uses " + used.getValue(),
                "it may know java.* and root packages up to its own; put the code that needs this"
                    + " into a sub-package, behind a port"));
      }
    }
    return found;
  }

  private static boolean isAtHome(JavaFile file, Home library) {
    return (library.everywhereInTests() && !file.isMain())
        || library.homes().stream().anyMatch(file::isInPackage);
  }

  private static boolean isAllowedInRoot(Module module, String name) {
    return name.startsWith("java.")
        || Arrays.stream(Module.values())
            .filter(lower -> lower.compareTo(module) <= 0)
            .anyMatch(lower -> isTypeOf(lower.rootPackage(), name));
  }

  /** Whether the name is of a type in this very package: a capital follows. */
  private static boolean isTypeOf(String packageName, String name) {
    return name.startsWith(packageName + ".")
        && Character.isUpperCase(name.charAt(packageName.length() + 1));
  }
}
