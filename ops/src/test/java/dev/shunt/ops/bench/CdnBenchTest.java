package dev.shunt.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.bench.SamplePages.Page;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the rewriting of pages is measured with, and what is made of it. */
class CdnBenchTest {

  @Test
  void pagesAreTheSameInEveryRunAndAsLargeAsTheirNameSays() {
    List<Page> pages = SamplePages.all();

    assertThat(SamplePages.all()).isEqualTo(pages);
    assertThat(pages).extracting(Page::name).doesNotHaveDuplicates().isEqualTo(CdnBench.ROWS);
    assertThat(pages)
        .filteredOn(page -> page.name().endsWith("-100KB"))
        .hasSize(5)
        .allSatisfy(page -> assertThat(page.size()).isBetween(100_000, 110_000));
    assertThat(pages)
        .allSatisfy(page ->
            assertThat(page.text()).endsWith("</html>\n").isASCII().doesNotContain("cdn.example"));
  }

  @Test
  void ourSideLeavesItsResultsAndAnswersEachQuestion(@TempDir Path dir) throws IOException {
    Page page = SamplePages.all().getFirst();
    Files.write(dir.resolve(page.name() + RewriteWorker.PAGE), page.bytes());
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    new RewriteWorker(Ticker.system(), InstantSource.system())
        .run(
            dir,
            new BufferedReader(new StringReader(page.name() + " 1\n")),
            new PrintStream(out, true, StandardCharsets.UTF_8));

    byte[] result = Files.readAllBytes(dir.resolve(page.name() + "." + RewriteWorker.NAME));
    String text = new String(result, StandardCharsets.UTF_8);
    assertThat(text)
        .contains("<img src=\"https://cdn.example/static/img/logo.svg\"", "/static/img/paper.png)")
        .doesNotContain("url(https://cdn.example");
    assertThat(text.replace("https://cdn.example", ""))
        .isEqualTo(page.text().replace("//www.shop.example", ""));
    String[] answer = out.toString(StandardCharsets.UTF_8).split("\\s+");
    assertThat(answer).hasSize(5).startsWith("Java");
    assertThat(Long.parseLong(answer[4])).isEqualTo(Long.parseLong(answer[2]) * result.length);
  }

  @Test
  void resultsThatDifferAreAnErrorThatCountsLinksAndSaysWhere() throws BenchException {
    byte[] one = bytes("<img src=\"https://cdn.example/a.png\"> <p>");

    CdnBench.compare("shop", one, one);
    assertThatThrownBy(() -> CdnBench.compare("shop", one, bytes("<img src=\"/a.png\"> <p>")))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("shop: shunt changed 1 links, lol-html 0")
        .hasMessageContaining("'<img src=\"/a.png\"> <p>'");
    assertThatThrownBy(() -> CdnBench.compare("shop", bytes("<p>"), bytes("<p>")))
        .hasMessage("shop: no link changed");
  }

  @Test
  void aRateIsOfThePagesBytesAndOnlyOfTheSameResults() throws BenchException {
    assertThat(RewriteSide.rate("4 2000000 4400", 1_000, 1_100)).isEqualTo(2.0);
    assertThatThrownBy(() -> RewriteSide.rate("4 2000000 4399", 1_000, 1_100))
        .hasMessageContaining("another result than at first");
  }

  @Test
  void theLimitOfARateIsTheLeast() {
    Series series = new Series();
    series.add(60, 100);

    assertThat(series.row("x", "X", "MB/s", "lol-html", 0.5).ok()).isTrue();
    assertThat(series.row("x", "X", "MB/s", "lol-html", 0.61).ok()).isFalse();
    assertThat(series.row("x", "X", "us", "lol-html", 0.5).ok()).isFalse();
  }

  @Test
  void growthIsOfThePagesTime() {
    List<BenchRow> rows =
        CdnBench.ROWS.stream()
            .map(name -> {
              double rate = name.endsWith("-10KB") ? 10 : 1_000;
              return new BenchRow(name, "", "MB/s", rate, 0, 0, "lol-html", 1, 1, 7, null, null);
            })
            .toList();

    assertThat(CdnBench.growth(rows))
        .hasSize(5)
        .allSatisfy(growth -> assertThat(growth.exponent()).isZero());
    assertThat(CdnBench.growth(rows.subList(0, 2))).isEmpty();
  }

  @Test
  void whatNpmSaysOfARegistryIsNotRepeated() {
    String output =
        """
        npm error code ENOTFOUND
        npm error request to https://registry.invalid/lol-html failed
        """;

    assertThat(LolHtml.failure(output))
        .contains("npm could not install lol-html (ENOTFOUND)", "the network")
        .doesNotContain("invalid");
    assertThat(LolHtml.failure("")).contains("(no answer)");
  }

  @Test
  void aProgramThatIsMissingIsNamed() throws IOException, BenchException {
    try (RunDirectory run = RunDirectory.create()) {
      assertThatThrownBy(() -> RewriteSide.start(run, "lol-html", List.of("/nowhere/node")))
          .isInstanceOf(BenchException.class)
          .hasMessageContaining("lol-html: ")
          .hasMessageContaining("/nowhere/node");
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
