package dev.shunt.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher in a folder of its own, with JDKs and a Maven that only say how they were called.
 */
class LauncherTest {

  private static final String TOOLS = "/usr/bin:/bin";

  @TempDir Path folder = Path.of("/nowhere");

  private Path home;
  private Path jar;

  /** What a process left behind. */
  private record Result(int code, String out, String err) {}

  @BeforeEach
  void install() throws IOException {
    Path launcher = shuntHome().resolve("shunt");
    assertThat(launcher).exists();
    home = Files.createDirectories(folder.resolve("home of shunt"));
    Files.copy(launcher, home.resolve("shunt"));
    home.resolve("shunt").toFile().setExecutable(true);
    for (String module : new String[] {"cluster", "replication", "scheduler", "node", "ops"}) {
      Files.createDirectories(home.resolve(module).resolve("src/main"));
      Files.writeString(home.resolve(module).resolve("pom.xml"), "<project/>");
    }
    Files.writeString(home.resolve("pom.xml"), "<project/>");
    Files.createDirectories(home.resolve("ops/target/lib"));
    jar = Files.writeString(home.resolve("ops/target/shunt.jar"), "jar");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
  }

  @Test
  void javaHomeIsUsedWhenItIsTheWantedVersion() throws Exception {
    Path jdk = jdk("somewhere/jdk", "25.0.3");
    Result result = launch(Map.of("JAVA_HOME", jdk.toString()), "status", "a b");
    assertThat(result.code()).isZero();
    assertThat(result.out()).startsWith(jdk + "/bin/java\n");
    assertThat(result.out()).contains("\n[dev.shunt.ops.Main]\n[status]\n[a b]\n");
    assertThat(result.out()).contains("[-cp]\n[" + jar + "]\n");
  }

  @Test
  void aJdkIsFoundWhereJavaHomeIsNotSetAndTheDefaultIsOlder() throws Exception {
    Path old = jdk("jvm/java-17", "17.0.15");
    Path wanted = jdk("jvm/temurin-25", "25");
    Result result =
        launch(
            Map.of("PATH", old.resolve("bin") + ":" + TOOLS, "SHUNT_JDK_DIRS", folder + "/jvm"),
            "version");
    assertThat(result.out()).startsWith(wanted + "/bin/java\n");
  }

  @Test
  void anOlderJavaHomeDoesNotWin() throws Exception {
    Path old = jdk("jvm/java-17", "17.0.15");
    Path wanted = jdk("jvm/temurin-25", "25.0.1");
    Result result =
        launch(Map.of("JAVA_HOME", old.toString(), "SHUNT_JDK_DIRS", folder + "/jvm"), "version");
    assertThat(result.out()).startsWith(wanted + "/bin/java\n");
  }

  @Test
  void theJavaOnThePathIsFoundThroughItsLinks() throws Exception {
    Path jdk = jdk("far/away/jdk", "25.0.3");
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("java"), jdk.resolve("bin/java"));
    Result result = launch(Map.of("PATH", bin + ":" + TOOLS), "version");
    assertThat(result.out()).startsWith(jdk + "/bin/java\n");
  }

  @Test
  void withoutAJdkItIsOneClearSentence() throws Exception {
    jdk("jvm/java-17", "17.0.15");
    jdk("jvm/java-250", "250.0.1");
    Path noCompiler = jdk("jvm/jre-25", "25.0.3");
    Files.delete(noCompiler.resolve("bin/javac"));
    Result result = launch(Map.of("SHUNT_JDK_DIRS", folder + "/jvm"), "version");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith("shunt: needs a JDK 25, found none in JAVA_HOME, on the PATH or")
        .hasLineCount(1);
  }

  @Test
  void itWorksThroughALinkFromAnywhere() throws Exception {
    Path jdk = jdk("jdk", "25.0.3");
    Path link = Files.createDirectories(folder.resolve("elsewhere")).resolve("shunt-link");
    Files.createSymbolicLink(link, Path.of("../home of shunt/shunt"));
    Result result = launch(link, Map.of("JAVA_HOME", jdk.toString()), "version");
    assertThat(result.out()).contains("[-cp]\n[" + jar + "]\n");
  }

  @Test
  void theDaemonGetsOtherFlagsThanACommand() throws Exception {
    Map<String, String> environment = Map.of("JAVA_HOME", jdk("jdk", "25.0.3").toString());
    String flags = "[@" + home.resolve("ops/src/main/resources/jvm");
    assertThat(launch(environment, "run", "--config", "x").out())
        .contains(flags + "/libraries.flags]\n" + flags + "/member.flags]\n[-Xmx512m]\n[-cp]");
    assertThat(launch(environment, "witness", "--config", "x").out())
        .contains(flags + "/witness.flags]\n[-cp]")
        .doesNotContain("libraries.flags");
    assertThat(launch(environment, "status").out())
        .contains("[-XX:+UseSerialGC]", "[-XX:TieredStopAtLevel=1]")
        .doesNotContain("[@");
  }

  @Test
  void aDaemonWithoutAnArrayGetsFlagsOfItsOwn() throws Exception {
    Map<String, String> environment = Map.of("JAVA_HOME", jdk("jdk", "25.0.3").toString());
    Path alone = Files.writeString(home.resolve("alone.yaml"), "services: []\n");
    Path member = Files.writeString(home.resolve("member.yaml"), "array: {name: shop}\n");
    String flags = home.resolve("ops/src/main/resources/jvm").toString();
    assertThat(launch(environment, "run", "--config", alone.toString()).out())
        .contains(flags + "/alone.flags]")
        .doesNotContain("/member.flags]");
    assertThat(launch(environment, "run", "--config=" + alone).out()).contains("/alone.flags]");
    assertThat(launch(environment, "run", "-c", member.toString()).out())
        .contains(flags + "/member.flags]")
        .doesNotContain("/alone.flags]");
  }

  @Test
  void theClassPathHasTheLibrariesInOneOrderWhateverTheLocale() throws Exception {
    Path libraries = home.resolve("ops/target/lib");
    for (String name : List.of("b.jar", "A.jar", "a.jar", "none.txt")) {
      Files.writeString(libraries.resolve(name), "jar");
    }
    String jdk = jdk("jdk", "25.0.3").toString();
    String expected = "[%s:%s/A.jar:%2$s/a.jar:%2$s/b.jar]".formatted(jar, libraries);
    for (String locale : List.of("C", "en_US.UTF-8", "C.UTF-8")) {
      assertThat(launch(Map.of("JAVA_HOME", jdk, "LC_ALL", locale), "status").out())
          .contains(expected);
    }
  }

  @Test
  void aDaemonTakesTheAotCacheOfItsFlagsAndJdkUnlessItIsOlderThanTheJar() throws Exception {
    Map<String, String> environment =
        Map.of("JAVA_HOME", jdk("jdk", "25.0.3").toString(), "SHUNT_BUILD", "never");
    Path folder = Files.createDirectories(home.resolve("ops/target/aot"));
    Path cache = Files.writeString(folder.resolve("member-25.0.3+9.aot"), "x");
    Files.writeString(folder.resolve("member-25.0.4+9.aot"), "x");
    newerThanTheJar(cache);
    assertThat(launch(environment, "run").out()).contains("[-XX:AOTCache=" + cache + "]");
    assertThat(launch(environment, "status").out()).doesNotContain("AOT");
    Path alone = Files.writeString(home.resolve("alone.yaml"), "services: []\n");
    assertThat(launch(environment, "run", "-c", alone.toString()).out()).doesNotContain("AOT");
    newerThanTheJar(Files.writeString(cache, ""));
    assertThat(launch(environment, "run").out()).doesNotContain("AOT");
    Files.writeString(cache, "x");
    assertThat(launch(environment, "run").out()).doesNotContain("AOT");
  }

  @Test
  void aMissingAotCacheIsMadeOnceWithTheFlagsOfTheDaemonThatStarts() throws Exception {
    Map<String, String> environment = environmentThatTrains("echo x > \"$cache\"");
    Path alone = Files.writeString(home.resolve("alone.yaml"), "services: []\n");
    for (String kind : List.of("member", "alone")) {
      String[] arguments =
          kind.equals("alone")
              ? new String[] {"run", "-c", alone.toString()}
              : new String[] {"run"};
      Result first = launch(environment, arguments);
      assertThat(first.err()).isEqualTo("training (" + kind + ")…\n");
      assertThat(first.out()).contains("aot/" + kind + "-25.0.3+9.aot]").contains("\n[run]\n");
      Result second = launch(environment, arguments);
      assertThat(second.err()).isEmpty();
      assertThat(second.out()).isEqualTo(first.out());
    }
    assertThat(home.resolve("trained"))
        .hasContent(
            """
            member.flags [train] [--array]
            alone.flags [train]
            """);
  }

  @Test
  void nothingIsTrainedWhereNoDaemonStarts() throws Exception {
    Map<String, String> environment = environmentThatTrains("echo x > \"$cache\"");
    assertThat(launch(environment, "status").err()).isEmpty();
    assertThat(launch(environment, "run", "--help").err()).isEmpty();
    assertThat(launch(environment, "lab", "down").err()).isEmpty();
    assertThat(launch(environment, "lab", "up").err()).isEqualTo("training (member)…\n");
    assertThat(launch(environment, "bench", "http").err()).isEqualTo("training (alone)…\n");
  }

  @Test
  void anAotCacheThatCanNotBeMadeIsToldAndNotTriedAgain() throws Exception {
    Map<String, String> environment = environmentThatTrains("echo no room >&2; exit 1");
    Result result = launch(environment, "run");
    assertThat(result.err())
        .isEqualTo(
            """
            training (member)…
            shunt: no AOT cache for member, so that daemons start more slowly: no room
            """);
    assertThat(result.out()).contains("[run]").doesNotContain("AOT");
    assertThat(launch(environment, "run").err()).isEmpty();
    assertThat(home.resolve("ops/target/aot")).isDirectoryNotContaining("glob:**/.training*");
  }

  @Test
  void aFolderThatCanNotBeWrittenKeepsNoDaemonFromStarting() throws Exception {
    Map<String, String> environment = environmentThatTrains("echo x > \"$cache\"");
    Files.writeString(home.resolve("ops/target/aot"), "in the way");
    Result result = launch(environment, "run");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("[run]").doesNotContain("AOT");
  }

  @Test
  void aSignalEndsATrainingRunAndLeavesNothingOfIt() throws Exception {
    Map<String, String> environment = environmentThatTrains("echo $$ > begun; exec sleep 60");
    Process process = start(home.resolve("shunt"), environment, "run");
    Path begun = folder.resolve("begun");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> Files.exists(begun) && Files.size(begun) > 1);
    long trained = Long.parseLong(Files.readString(begun).strip());
    process.toHandle().destroy(); // And leaves what it said to be read.
    Result result = result(process);
    assertThat(result.code()).isEqualTo(143);
    assertThat(result.out()).isEmpty();
    assertThat(ProcessHandle.of(trained).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(home.resolve("ops/target/aot")).isEmptyDirectory();
  }

  /**
   * With a java that does so when it is to train, {@code $cache} being where its cache is wanted,
   * and notes its flags and arguments in the file "trained".
   */
  private Map<String, String> environmentThatTrains(String how) throws IOException {
    Path jdk = jdk("jdk", "25.0.3");
    builtAMinuteAgo();
    script(
        jdk.resolve("bin/java"),
        """
        #!/bin/sh
        words=
        for word in "$@"; do
          case $word in
            -XX:AOTCacheOutput=*) cache=${word#*=} ;;
            @*/member.flags | @*/alone.flags) words=${word##*/} ;;
            train | --array) words="$words [$word]" ;;
          esac
        done
        if [ -n "$cache" ]; then
          echo "$words" >> "%s/trained"
          %s
        else
          printf '[%%s]\\n' "$@"
        fi
        """
            .formatted(home, how));
    return Map.of("JAVA_HOME", jdk.toString(), "PATH", maven("exit 0") + ":" + TOOLS);
  }

  private void builtAMinuteAgo() throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(90)));
      }
    }
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().minusSeconds(60)));
  }

  private void newerThanTheJar(Path cache) throws IOException {
    Files.setLastModifiedTime(cache, FileTime.from(Instant.now().plusSeconds(90)));
  }

  @Test
  void moreOptionsComeLastSoThatTheyWin() throws Exception {
    String jdk = jdk("jdk", "25.0.3").toString();
    Result result = launch(Map.of("JAVA_HOME", jdk, "SHUNT_JAVA_OPTS", "-Xmx2g -Dx=y"), "run");
    assertThat(result.out()).containsSubsequence("[-Xmx512m]", "[-Xmx2g]\n[-Dx=y]\n[-cp]");
  }

  @Test
  void theFlagsOfTheDaemonAreThoseThisTestRunsWith() throws Exception {
    Path file = shuntHome().resolve("ops/src/main/resources/jvm/libraries.flags");
    String flags = Files.readString(file).replaceAll("#.*", "").strip();
    // The JVM reports a flag and its value as one word.
    List<String> words = List.of(flags.replaceAll("(--add-\\S+) ", "$1=").split("\\s+"));
    assertThat(words).hasSizeGreaterThan(5);
    assertThat(ManagementFactory.getRuntimeMXBean().getInputArguments()).containsAll(words);
  }

  @Test
  void aRealJvmTakesTheFlagsFromAFolderWithASpace() throws Exception {
    Path flags = home.resolve("ops/src/main/resources/jvm");
    Files.createDirectories(flags);
    for (String file : List.of("libraries.flags", "member.flags")) {
      Files.copy(
          shuntHome().resolve("ops/src/main/resources/jvm").resolve(file), flags.resolve(file));
    }
    String real = System.getProperty("java.home");
    Result result =
        launch(
            Map.of(
                "JAVA_HOME",
                real,
                "SHUNT_JAVA_OPTS",
                "-XX:+PrintFlagsFinal",
                "SHUNT_BUILD",
                "never"),
            "run");
    assertThat(result.out())
        .containsPattern("UseZGC +:?= true")
        .containsPattern("UseCompactObjectHeaders +:?= true")
        .containsPattern("ExitOnOutOfMemoryError +:?= true");
    assertThat(result.err()).contains("dev.shunt.ops.Main").doesNotContain("WARNING");
  }

  @Test
  void itBuildsWhenASourceIsNewer() throws Exception {
    Path jdk = jdk("jdk", "25.0.3");
    Path maven = maven("exit 0");
    Map<String, String> environment =
        Map.of("JAVA_HOME", jdk.toString(), "PATH", maven + ":" + TOOLS);
    assertThat(launch(environment, "version").err()).isEmpty();
    Path source = Files.writeString(home.resolve("node/src/main/X.java"), "class X {}");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(120)));
    Result result = launch(environment, "version");
    assertThat(result.err()).contains("building…", "mvn with " + jdk + " in " + home);
    assertThat(result.out()).startsWith(jdk + "/bin/java\n");
  }

  @Test
  void itNeverBuildsWhenToldSo() throws Exception {
    Path jdk = jdk("jdk", "25.0.3");
    Path source = Files.writeString(home.resolve("node/src/main/X.java"), "class X {}");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(120)));
    Result result = launch(Map.of("JAVA_HOME", jdk.toString(), "SHUNT_BUILD", "never"), "version");
    assertThat(result.code()).isZero();
    assertThat(result.err()).isEmpty();
  }

  @Test
  void aBuildThatFailsIsSaidSo() throws Exception {
    Files.delete(jar);
    Path maven = maven("exit 7");
    String jdk = jdk("jdk", "25.0.3").toString();
    Result result = launch(Map.of("JAVA_HOME", jdk, "PATH", maven + ":" + TOOLS), "version");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).endsWith("shunt: the build failed\n");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void twoLaunchersDoNotBuildAtOnce() throws Exception {
    Files.delete(jar);
    Path jdk = jdk("jdk", "25.0.3");
    // Whoever builds while another does would find the marker.
    Path maven =
        maven(
            "[ -e marker ] && echo TWO >&2; touch marker; sleep 0.5; rm marker; touch ops/target/shunt.jar");
    Map<String, String> environment =
        Map.of("JAVA_HOME", jdk.toString(), "PATH", maven + ":" + TOOLS);
    Process first = start(home.resolve("shunt"), environment, "version");
    Process second = start(home.resolve("shunt"), environment, "version");
    Result one = result(first);
    Result two = result(second);
    String err = one.err() + two.err();
    assertThat(one.code()).isZero();
    assertThat(two.code()).isZero();
    assertThat(err).doesNotContain("TWO");
    assertThat(err.split("mvn with", -1)).as("one build is enough for both").hasSize(2);
  }

  @Test
  void signalsReachTheJvm() throws Exception {
    Path jdk = jdk("jdk", "25.0.3");
    Files.writeString(jdk.resolve("bin/java"), "#!/bin/sh\necho $$\nexec sleep 60\n");
    Map<String, String> environment = Map.of("JAVA_HOME", jdk.toString(), "SHUNT_BUILD", "never");
    Process process = start(home.resolve("shunt"), environment, "run");
    try {
      String pid = process.inputReader(StandardCharsets.UTF_8).readLine();
      assertThat(pid).as("the launcher became the JVM").isEqualTo(String.valueOf(process.pid()));
      process.destroy();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(143);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void shellcheckFindsNothing() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/shellcheck")) || "true".equals(System.getenv("CI")),
        "shellcheck is not installed here");
    Process process =
        new ProcessBuilder("/usr/bin/shellcheck", home.resolve("shunt").toString()).start();
    Result result = result(process);
    assertThat(result.out()).isEmpty();
    assertThat(result.code()).isZero();
  }

  private static Path shuntHome() {
    return Path.of(System.getProperty("shunt.home", ".."));
  }

  /** A JDK whose java prints where it is and its arguments, one a line. */
  private Path jdk(String path, String version) throws IOException {
    Path jdk = folder.resolve(path);
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(
        jdk.resolve("release"),
        "JAVA_RUNTIME_VERSION=\"%1$s+9\"\nJAVA_VERSION=\"%1$s\"\n".formatted(version));
    script(jdk.resolve("bin/java"), "#!/bin/sh\necho \"$0\"\nprintf '[%s]\\n' \"$@\"\n");
    script(jdk.resolve("bin/javac"), "#!/bin/sh\n");
    return jdk;
  }

  /** A folder with an mvn that says how it was called and then does {@code more}. */
  private Path maven(String more) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("maven"));
    script(
        bin.resolve("mvn"), "#!/bin/sh\necho \"mvn with $JAVA_HOME in $PWD\" >&2\n" + more + "\n");
    return bin;
  }

  private static void script(Path path, String text) throws IOException {
    Files.writeString(path, text);
    assertThat(path.toFile().setExecutable(true)).isTrue();
  }

  private Result launch(Map<String, String> environment, String... args) throws Exception {
    return launch(home.resolve("shunt"), environment, args);
  }

  private Result launch(Path launcher, Map<String, String> environment, String... args)
      throws Exception {
    return result(start(launcher, environment, args));
  }

  private Process start(Path launcher, Map<String, String> environment, String... args)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(launcher.toString());
    builder.command().addAll(List.of(args));
    builder.directory(folder.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", TOOLS);
    builder.environment().put("HOME", folder.toString());
    builder.environment().put("SHUNT_JDK_DIRS", "");
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static Result result(Process process) throws Exception {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the launcher hangs: " + err);
    }
    return new Result(process.exitValue(), out, err);
  }
}
