package dev.shunt.integrationtests.tidy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** The repository keeps its own rules; {@link RulesCatchTest} shows that each of them bites. */
class RepositoryRulesTest {

  private static final int MEDIAN_AT_MOST = 180;

  private static Repository repository;

  @BeforeAll
  static void read() throws IOException {
    repository = new Repository();
    assertThat(repository.javaFiles()).hasSizeGreaterThan(40);
  }

  @Test
  void modulesAreAChain() {
    List<Violation> found = new ArrayList<>(ModuleChain.order(file("pom.xml").orElseThrow()));
    for (Module module : Module.values()) {
      found.addAll(ModuleChain.dependencies(file(module.folder() + "/pom.xml").orElseThrow()));
    }
    none(found);
  }

  @Test
  void rootPackagesKnowOnlyJavaAndRootPackagesBelow() {
    inJava(PackageRules::rootPackages);
  }

  @Test
  void librariesAreKnownOnlyInTheirHomes() {
    inJava(PackageRules::libraries);
  }

  @Test
  void onlyOpsTouchesTheProcess() {
    calls(CallRule.PROCESS);
  }

  @Test
  void nobodySleeps() {
    calls(CallRule.SLEEP);
  }

  @Test
  void timeIsHandedIn() {
    calls(CallRule.CLOCKS);
  }

  @Test
  void filesAndMethodsAreShort(TestReporter reporter) {
    inText(SizeRules::fileLength);
    inJava(SizeRules::methodLength);
    List<Integer> lengths =
        repository.javaFiles().stream()
            .filter(JavaFile::isMain)
            .map(file -> (int) file.text().lines().count())
            .sorted()
            .toList();
    int median = lengths.get(lengths.size() / 2);
    reporter.publishEntry(
        "%d main files, median %d lines, longest %d"
            .formatted(lengths.size(), median, lengths.getLast()));
    assertThat(median).isLessThanOrEqualTo(MEDIAN_AT_MOST);
  }

  @Test
  void thereIsOneMain() {
    inJava(SizeRules::singleMain);
  }

  @Test
  void theTopLevelHoldsOnlyWhatBelongsThere() throws IOException {
    none(TextRules.topLevel(repository.topLevel()));
  }

  @Test
  void noFileNamesThisMachineOrLeavesWorkUndone() {
    inText(TextRules::bannedWords);
  }

  @Test
  void everyRelativeLinkLeadsSomewhere() {
    Predicate<String> exists = path -> Files.exists(repository.home().resolve(path));
    inText(file -> file.isMarkdown() ? Links.dead(file, exists) : List.of());
  }

  @Test
  void everyClaimNamesATestThatExists() {
    Optional<TextFile> page = file(ClaimsTable.PATH);
    if (page.isEmpty()) {
      String reason = ClaimsTable.PATH + " is not there, so that no claim is checked";
      if ("true".equals(System.getenv("CI"))) {
        fail(reason);
      }
      Assumptions.abort(reason);
    }
    Set<String> tests = ClaimsTable.tests(repository.javaFiles());
    none(ClaimsTable.check(page.orElseThrow(), tests::contains));
  }

  private static void calls(CallRule rule) {
    inJava(rule::check);
    none(rule.unneeded(repository.javaFiles()));
  }

  private static void inJava(Function<JavaFile, List<Violation>> rule) {
    none(repository.javaFiles().stream().map(rule).flatMap(List::stream).toList());
  }

  private static void inText(Function<TextFile, List<Violation>> rule) {
    none(repository.files().stream().map(rule).flatMap(List::stream).toList());
  }

  private static void none(List<Violation> found) {
    if (!found.isEmpty()) {
      fail(String.join("\n", found.stream().map(Violation::toString).toList()));
    }
  }

  private static Optional<TextFile> file(String path) {
    return repository.files().stream().filter(file -> file.path().equals(path)).findFirst();
  }
}
