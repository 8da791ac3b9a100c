package dev.shunt.integrationtests.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule catches a planted violation, tells where it is, and lets what is right pass. */
class RulesCatchTest {

  private static final String ROOT = "scheduler/src/main/java/dev/shunt/scheduler/X.java";
  private static final String XDP = "scheduler/src/main/java/dev/shunt/scheduler/xdp/X.java";
  private static final String TEST = "scheduler/src/test/java/dev/shunt/scheduler/XTest.java";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "import org.slf4j.Logger;",
        "import dev.shunt.cluster.jgroups.Stack;",
        "import dev.shunt.scheduler.xdp.Loader;",
        "import dev.shunt.node.Node;",
        "import static org.assertj.core.api.Assertions.assertThat;",
        "class X { org.slf4j.Logger log; }",
        "class X { Object o = new com.hazelcast.config.Config(); }",
      })
  void aRootPackageThatKnowsMoreThanItShould(String code) {
    assertThat(PackageRules.rootPackages(java(ROOT, "\n" + code)))
        .singleElement()
        .satisfies(found -> assertThat(found.line()).isEqualTo(3))
        .satisfies(found -> assertThat(found.toString()).startsWith(ROOT + ":3: root package"));
  }

  @Test
  void aRootPackageMayKnowJavaAndRootPackagesBelow() {
    String code =
        """
        import dev.shunt.cluster.Term;
        import java.util.List;
        // org.slf4j.Logger is only mentioned
        class X { String s = "org.slf4j.Logger"; java.util.Set<dev.shunt.replication.Flow> f; }
        """;
    assertThat(PackageRules.rootPackages(java(ROOT, code))).isEmpty();
    assertThat(PackageRules.rootPackages(java(XDP, "import org.slf4j.Logger;"))).isEmpty();
  }

  @Test
  void aLibraryOutsideItsHome() {
    assertThat(PackageRules.libraries(java(ROOT, "import io.netty.channel.Channel;"))).hasSize(1);
    assertThat(PackageRules.libraries(java(TEST, "import org.jgroups.JChannel;"))).hasSize(1);
    assertThat(PackageRules.libraries(java(TEST, "class X { java.lang.foreign.Arena a; }")))
        .hasSize(1);

    assertThat(PackageRules.libraries(java(TEST, "import io.netty.channel.Channel;"))).isEmpty();
    assertThat(PackageRules.libraries(java(XDP, "import java.lang.foreign.Arena;"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "System.exit(1)",
        "System.getenv(\"X\")",
        "System.getProperty(\"x\")",
        "java.lang.System.getProperty(\"x\")",
        "Integer.getInteger(\"x\")",
        "Runtime.getRuntime().halt(1)",
      })
  void aModuleThatTouchesTheProcess(String call) {
    assertThat(CallRule.PROCESS.check(java(XDP, method(call)))).hasSize(1);
    assertThat(CallRule.PROCESS.check(java(TEST, method(call)))).isEmpty();
    assertThat(
            CallRule.PROCESS.check(
                java("ops/src/main/java/dev/shunt/ops/cli/X.java", method(call))))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Thread.sleep(1)", "TimeUnit.SECONDS.sleep(1)", "MILLISECONDS.sleep(1)"})
  void aSleep(String call) {
    assertThat(CallRule.SLEEP.check(java(XDP, method(call)))).hasSize(1);
    assertThat(CallRule.SLEEP.check(java(TEST, method(call)))).hasSize(1);
    assertThat(CallRule.SLEEP.check(java(TEST, method("sheep.sleep(1)")))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "long t = System.nanoTime()",
        "Object t = java.time.Instant.now()",
        "LongSupplier t = System::currentTimeMillis",
        "var t = InstantSource.system()",
        "var t = Clock.systemUTC()",
      })
  void aClockThatIsNotHandedIn(String statement) {
    assertThat(CallRule.CLOCKS.check(java(XDP, method(statement)))).hasSize(1);
    assertThat(CallRule.CLOCKS.check(java(TEST, method(statement)))).isEmpty();
  }

  @Test
  void anExceptionCountsAndOneThatIsNotNeededIsFound() {
    CallRule rule =
        new CallRule(
            Pattern.compile("System\\.nanoTime"), _ -> true, Map.of(XDP, "because"), "don't");
    JavaFile needing = java(XDP, method("System.nanoTime()"));
    JavaFile notNeeding = java(XDP, method("ticker.nanos()"));

    assertThat(rule.check(needing)).isEmpty();
    assertThat(rule.unneeded(List.of(needing))).isEmpty();
    CallRule folder =
        new CallRule(
            Pattern.compile("System\\.nanoTime"),
            _ -> true,
            Map.of("scheduler/src/main/java/dev/shunt/scheduler/xdp/", "because"),
            "don't");
    assertThat(folder.check(needing)).isEmpty();
    assertThat(folder.check(java(ROOT, method("System.nanoTime()")))).hasSize(1);
    assertThat(rule.unneeded(List.of(notNeeding)))
        .singleElement()
        .satisfies(found -> assertThat(found.path()).isEqualTo(XDP));
  }

  @Test
  void aFileThatIsTooLong() {
    assertThat(SizeRules.fileLength(new TextFile("a/X.java", "\n".repeat(501)))).hasSize(1);
    assertThat(SizeRules.fileLength(new TextFile("a/x.bpf.c", "\n".repeat(501)))).hasSize(1);
    assertThat(SizeRules.fileLength(new TextFile("a/X.java", "\n".repeat(500)))).isEmpty();
    assertThat(SizeRules.fileLength(new TextFile("CHANGELOG.md", "\n".repeat(501)))).isEmpty();
  }

  @Test
  void aMethodThatIsTooLong() {
    String longMethod = "class X {\n  void ok() {}\n  void f() {\n" + "    g();\n".repeat(59);
    assertThat(SizeRules.methodLength(java(XDP, longMethod + "  }\n}")))
        .singleElement()
        .satisfies(found -> assertThat(found.line()).isEqualTo(4))
        .satisfies(found -> assertThat(found.what()).contains("method f has 61 lines"));
    String fits = "class X {\n  void f() {\n" + "    String s = \"{\";\n".repeat(58) + "  }\n}";
    assertThat(SizeRules.methodLength(java(XDP, fits))).isEmpty();
  }

  @Test
  void aSecondMain() {
    String main = "class X { public static void main(String[] arguments) {} }";
    assertThat(SizeRules.singleMain(java(XDP, main))).hasSize(1);
    assertThat(SizeRules.singleMain(java(XDP, "class X { void main() {} }"))).hasSize(1);
    assertThat(SizeRules.singleMain(java(TEST, main))).isEmpty();
    assertThat(SizeRules.singleMain(java(SizeRules.MAIN, main))).isEmpty();
  }

  @Test
  void somethingStrangeAtTheTopLevel() {
    assertThat(TextRules.topLevel(List.of("cluster", ".ci", "docs", "notes.txt", "util")))
        .extracting(Violation::path)
        .containsExactly("notes.txt", "util");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cd /work/main",
        "JAVA_HOME=/usr/lib/jvm/temurin-25",
        "// TODO: later",
        "# FIXME",
        "/root/.m2"
      })
  void aWordThatDoesNotBelongHere(String line) {
    assertThat(TextRules.bannedWords(new TextFile("docs/X.md", "fine\n" + line)))
        .singleElement()
        .satisfies(found -> assertThat(found.line()).isEqualTo(2));
    assertThat(TextRules.bannedWords(new TextFile("docs/X.md", "net/work/ mastodon"))).isEmpty();
  }

  @Test
  void aDeadLink() {
    String page =
        """
        [there](ARCHITECTURE.md#modules) [up](../README.md) [web](https://example.org) [here](#x)
        [gone](GONE.md) and ![gone](img/gone.png "title")
        `[code](NOT.md)`
        ```
        [code](NOT.md)
        ```
        [reference]: ../missing
        """;
    Set<String> there = Set.of("docs/ARCHITECTURE.md", "README.md");

    assertThat(Links.dead(new TextFile("docs/X.md", page), there::contains))
        .extracting(Violation::line)
        .containsExactly(2L, 2L, 7L);
  }

  @Test
  void aClaimWithoutARealTest() {
    String page =
        """
        # Claims

        | id | claim | code | test |
        |----|:-----:|------|------|
        | A1 | it \\| does | `X` | `XTest#works`<br>dev.shunt.XTest#works |
        | A2 | nothing | `X` | |
        | A3 | something | `X` | see XTest |
        | A4 | something | `X` | XTest#works, XTest#fails |
        | A1 | again | `X` | XTest#works |

        Text.

        | word | meaning |
        |---|---|
        | id | x |
        """;
    Set<String> tests = Set.of("XTest#works", "dev.shunt.XTest#works");

    assertThat(ClaimsTable.check(new TextFile(ClaimsTable.PATH, page), tests::contains))
        .extracting(Violation::line)
        .containsExactly(6L, 7L, 7L, 8L, 9L);
    assertThat(ClaimsTable.check(new TextFile(ClaimsTable.PATH, "# Claims"), tests::contains))
        .hasSize(1);
  }

  @Test
  void testsAreFoundByTheirAnnotations() {
    JavaFile file =
        java(
            TEST,
            "class XTest { @Test void works() {} @net.jqwik.api.Property void holds() {}"
                + " void helps() {} }");

    assertThat(ClaimsTable.tests(List.of(file)))
        .containsExactlyInAnyOrder(
            "XTest#works",
            "dev.shunt.scheduler.XTest#works",
            "XTest#holds",
            "dev.shunt.scheduler.XTest#holds");
  }

  @Test
  void aDependencyAgainstTheChain() {
    assertThat(ModuleChain.dependencies(pom("scheduler", "shunt-node")))
        .singleElement()
        .satisfies(found -> assertThat(found.toString()).contains("scheduler depends on node"));
    assertThat(ModuleChain.dependencies(pom("scheduler", "shunt-cluster"))).isEmpty();
    assertThat(
            ModuleChain.order(new TextFile("pom.xml", "<project><module>node</module></project>")))
        .hasSize(1);
  }

  private static TextFile pom(String module, String dependency) {
    return new TextFile(
        module + "/pom.xml",
        "<project><artifactId>shunt-%s</artifactId>\n<dependencies>\n<dependency><artifactId>%s</artifactId></dependency></dependencies></project>"
            .formatted(module, dependency));
  }

  private static JavaFile java(String path, String code) {
    String packageName =
        path.replaceFirst(".*/java/", "").replaceFirst("/\\w+\\.java$", "").replace('/', '.');
    return JavaFile.of(path, "package " + packageName + ";\n" + code);
  }

  private static String method(String statement) {
    return "class X { void f() { " + statement + "; } }";
  }
}
