package dev.shunt.node.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** In expected pages {@code CDN} stands for the CDN's host. */
class HtmlRewriterTest {

  private static final String CDN = "https://cdn.example";

  /** A page and what becomes of it. */
  private static Arguments page(String page, String expected) {
    return Arguments.of(page, expected.replace("CDN", CDN));
  }

  private static Arguments unchanged(String page) {
    return Arguments.of(page, page);
  }

  static Stream<Arguments> links() {
    return Stream.of(
        page("<img src=a.png>", "<img src=CDN/dir/a.png>"),
        page(
            "<IMG SRC='/a.png?x=1&amp;y=2' alt=\"x>y\">",
            "<IMG SRC='CDN/a.png?x=1&amp;y=2' alt=\"x>y\">"),
        page("<img src=\" /a.png\n\">", "<img src=\" /a.png\n\">".replace(" /a", "CDN/a")),
        page("<img src=//shop.example:443/a.png>", "<img src=CDN/a.png>"),
        page("<img src='HTTPS://WWW.shop.example/a.png#f'>", "<img src='CDN/a.png#f'>"),
        page("<img src='../up/./a.png'>", "<img src='CDN/dir/../up/./a.png'>"),
        page(
            "<img src='&#47;z.png'><img src='&#x2F;z.png'>",
            "<img src='CDN&#47;z.png'><img src='CDN&#x2F;z.png'>"),
        page("<img src=a.png SRC=/n.png>", "<img src=CDN/dir/a.png SRC=/n.png>"),
        page("<img src = a.png\n/>", "<img src = CDN/dir/a.png\n/>"),
        unchanged("<img src=https://other.example/a.png>"),
        unchanged("<img src=http://shop.example:8080/a.png>"),
        unchanged("<img src=//user@shop.example/a.png>"),
        unchanged("<img src=data:image/png;base64,AAAA>"),
        unchanged("<img src='java&#115;cript:a.png'>"),
        unchanged("<img src='a&Tab;.png'><img src='a\tb.png'><img src='\\a.png'>"),
        unchanged("<img src=''><img src><img src='?a.png'><img src='#a.png'>"),
        unchanged("<img src='/a.png\0'>"),
        unchanged("<img src=page.php>"),
        unchanged("<a href=a.png>"));
  }

  static Stream<Arguments> attributes() {
    return Stream.of(
        page(
            "<img srcset='a.png 1x, /b,c.png 2x,data:image/png;base64,AAAA 3x, d.png'>",
            "<img srcset='CDN/dir/a.png 1x, CDN/b,c.png 2x,data:image/png;base64,AAAA 3x, CDN/dir/d.png'>"),
        page(
            "<img srcset='a.png (x, (), /b.png 2x, c.png )(, n.png), d.png'>",
            "<img srcset='CDN/dir/a.png (x, (), CDN/b.png 2x, CDN/dir/c.png )(, n.png), CDN/dir/d.png'>"),
        page("<img srcset='a.png, b.png'>", "<img srcset='CDN/dir/a.png, CDN/dir/b.png'>"),
        page("<video poster=p.jpg src=/v.mp4>", "<video poster=CDN/dir/p.jpg src=CDN/v.mp4>"),
        page("<object data=/a.svg>", "<object data=CDN/a.svg>"),
        page("<input type=IMAGE src=/a.png>", "<input type=IMAGE src=CDN/a.png>"),
        unchanged("<input src=/a.png><input type=' image' src=/a.png>"),
        page("<link rel='x Stylesheet' href=/s.css>", "<link rel='x Stylesheet' href=CDN/s.css>"),
        unchanged("<link rel=canonical href=/s.css><link href=/s.css>"),
        page(
            "<p style=\"background:url(&quot;a.png&quot;);x:url(b.png\">",
            "<p style=\"background:url(&quot;CDN/dir/a.png&quot;);x:url(CDN/dir/b.png\">"),
        page(
            "<p style='x:url(&#39;a.png&quot;);y:url(b.png?c=1&d=&#39;2)'>",
            "<p style='x:url(&#39;CDN/dir/a.png&quot;);y:url(b.png?c=1&d=&#39;2)'>"),
        page(
            "<p style='x:&quot;url(n.png)&quot;;y:image-set(&quot;a.png&#34; 1x);z:url(/b.png?c=1&d=2)'>",
            "<p style='x:&quot;url(n.png)&quot;;y:image-set(&quot;CDN/dir/a.png&#34; 1x);z:url(CDN/b.png?c=1&d=2)'>"),
        page(
            "<p style='x:&#233;&amp;;y:url(/b.png)'>",
            "<p style='x:&#233;&amp;;y:url(CDN/b.png)'>"),
        unchanged("<p style='x:&lpar;url(n.png)'><p style='x:&quoturl(n.png)'>"),
        unchanged("<script src=/a.js integrity=sha256-x>"),
        page(
            "<script src=/a.js integrity=sha256-x crossorigin>",
            "<script src=CDN/a.js integrity=sha256-x crossorigin>"));
  }

  static Stream<Arguments> text() {
    return Stream.of(
        unchanged("<script>'<img src=a.png>'</script>"),
        page(
            "<script><!-- <script> </script> <img src=a.png> --></script><img src=/b.png>",
            "<script><!-- <script> </script> <img src=a.png> --></script><img src=CDN/b.png>"),
        page(
            "<script><!!-- <script> </script><img src=/b.png>",
            "<script><!!-- <script> </script><img src=CDN/b.png>"),
        page("<script><!-- </script><img src=/b.png>", "<script><!-- </script><img src=CDN/b.png>"),
        page("<script>x<</script ><img src=/b.png>", "<script>x<</script ><img src=CDN/b.png>"),
        unchanged("<textarea><img src=a.png></textarea><title><img src=b.png></title>"),
        unchanged("<noscript><img src=a.png></noscript><iframe><img src=a.png></iframe>"),
        page(
            "<!-- <img src=a.png> --><img src=/b.png>",
            "<!-- <img src=a.png> --><img src=CDN/b.png>"),
        page("<!--><img src=/a.png>-->", "<!--><img src=CDN/a.png>-->"),
        page("<!--x--!><img src=/a.png>", "<!--x--!><img src=CDN/a.png>"),
        page("<!-- -- > --- ><img src=a.png>--->", "<!-- -- > --- ><img src=a.png>--->"),
        page("<!DOCTYPE html \"><img src=/a.png>\">", "<!DOCTYPE html \"><img src=CDN/a.png>\">"),
        page("<?php <img src=n.png> ?>", "<?php <img src=n.png> ?>"),
        page("</ x<img src=n.png>", "</ x<img src=n.png>"),
        page("a < b <3 <<img src=/x.png>", "a < b <3 <<img src=CDN/x.png>"),
        page(
            "<template><img src=a.png></template><img src=/b.png>",
            "<template><img src=a.png></template><img src=CDN/b.png>"),
        unchanged("<plaintext><img src=a.png>"),
        page(
            "<svg><style>a{b:url(c.png)}</style><![CDATA[ <img src=a.png> ]]><image href=/d.png /></svg>",
            "<svg><style>a{b:url(c.png)}</style><![CDATA[ <img src=a.png> ]]><image href=CDN/d.png /></svg>"),
        page("<![CDATA[ > <img src=/e.png> ]]>", "<![CDATA[ > <img src=CDN/e.png> ]]>"),
        page("<svg><p><![CDATA[ > <img src=/e.png>", "<svg><p><![CDATA[ > <img src=CDN/e.png>"),
        unchanged("<svg><desc><script>'<img src=/a.png>'</script>"),
        unchanged("<math><mi><script>'<img src=/a.png>'</script>"),
        unchanged("<math><annotation-xml encoding=Text/HTML><script>'<img src=/a.png>'</script>"),
        page(
            "<math><annotation-xml><script>'<image href=/a.png />'</script>",
            "<math><annotation-xml><script>'<image href=CDN/a.png />'</script>"),
        page(
            "<math><desc><script>'<image href=/a.png />'</script>",
            "<math><desc><script>'<image href=CDN/a.png />'</script>"),
        unchanged("<svg><font size=1><script>'<img src=/a.png>'</script>"),
        page(
            "<svg><font><script>'<image href=/a.png />'</script>",
            "<svg><font><script>'<image href=CDN/a.png />'</script>"),
        unchanged("<div><svg><path></div><script>'<img src=/a.png>'</script>"),
        unchanged("<template><svg></template><script>'<img src=/a.png>'</script>"),
        page("<base href=/other/><img src=a.png>", "<base href=/other/><img src=CDN/other/a.png>"),
        page(
            "<base href=/x/><base href=/y/><img src=a.png>",
            "<base href=/x/><base href=/y/><img src=CDN/x/a.png>"),
        unchanged("<base href=//other.example/><img src=a.png>"),
        page(
            "<base href=/&eacute;/><img src=a.png><img src=/a.png><img src=//shop.example/a.png><img src=http://shop.example/a.png>",
            "<base href=/&eacute;/><img src=a.png><img src=/a.png><img src=//shop.example/a.png><img src=CDN/a.png>"),
        page("<base href='?x=/y/'><img src=a.png>", "<base href='?x=/y/'><img src=CDN/dir/a.png>"),
        page("<base target=x><img src=a.png>", "<base target=x><img src=CDN/dir/a.png>"));
  }

  static Stream<Arguments> styles() {
    return Stream.of(
        page(
            "<style>@import \"x.css\";a{b:url( 'p.png' )}/* url(n.png) */</style>",
            "<style>@import \"CDN/dir/x.css\";a{b:url( 'CDN/dir/p.png' )}/* url(n.png) */</style>"),
        page(
            "<style>@IMPORT/**/url(x.css)print;</style>",
            "<style>@IMPORT/**/url(CDN/dir/x.css)print;</style>"),
        page(
            "<style>a{content:'url(n.png)'}b{c:URL(/q.png)}</style>",
            "<style>a{content:'url(n.png)'}b{c:URL(CDN/q.png)}</style>"),
        page(
            "<style>a{b:url(/p.png)}</sty </style ><img src=/c.png>",
            "<style>a{b:url(CDN/p.png)}</sty </style ><img src=CDN/c.png>"),
        page(
            "<style>.a\\'{b:url(a.png)}.c\\({d:url(b.png )}</style>",
            "<style>.a\\'{b:url(CDN/dir/a.png)}.c\\({d:url(CDN/dir/b.png )}</style>"),
        page(
            "<style>a{b:url(n.png \"x);c:url(n\\)'.png);d:url(/y.png)}</style>",
            "<style>a{b:url(n.png \"x);c:url(n\\)'.png);d:url(CDN/y.png)}</style>"),
        page(
            "<style>a{b:image-set('/a.png' 1x,url('/b.png')type('n.png'),\"/c.png\");d:'n.png'}</style>",
            "<style>a{b:image-set('CDN/a.png' 1x,url('CDN/b.png')type('n.png'),\"CDN/c.png\");d:'n.png'}</style>"),
        page(
            "<style>a{b:-webkit-image-set('/a.png' 1x;d:'n.png'}</style>",
            "<style>a{b:-webkit-image-set('CDN/a.png' 1x;d:'n.png'}</style>"),
        unchanged("<style>a{b:url(\\61.png);c:url(a b.png);d:my-url(x.png)}</style>"),
        unchanged("<style>a{b:url(n.png</style>"),
        unchanged("<style type=text/less>a{b:url(n.png)}</style>"),
        page(
            "<style type='TEXT/CSS'>a{b:url(/n.png)}</style>",
            "<style type='TEXT/CSS'>a{b:url(CDN/n.png)}</style>"));
  }

  static Stream<Arguments> unfinished() {
    return Stream.of(
            "<",
            "</",
            "<p",
            "<img src=\"a.png",
            "<!",
            "<!-",
            "<!--",
            "<script>",
            "<style>a{b:url(x",
            "<style>x</sty")
        .map(HtmlRewriterTest::unchanged);
  }

  static Stream<Arguments> all() {
    return Stream.of(links(), attributes(), text(), styles(), unfinished()).flatMap(all -> all);
  }

  @ParameterizedTest
  @MethodSource("all")
  void aPageIsRewrittenAsABrowserReadsIt(String page, String expected) {
    assertThat(TestPage.rewritten(page)).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("all")
  void anySplitGivesTheSame(String page, String expected) {
    for (int i = 0; i <= page.length(); i++) {
      assertThat(TestPage.rewrittenInParts(page, i)).as("split at %d", i).isEqualTo(expected);
    }
    int[] each = IntStream.rangeClosed(1, page.length()).toArray();
    assertThat(TestPage.rewrittenInParts(page, each)).as("byte by byte").isEqualTo(expected);
  }

  @Test
  void aTagThatIsTooLongPassesAndWhatFollowsIsRewritten() {
    String filler = "x".repeat(TagScanner.MAX_BYTES);
    String page = "<img alt='" + filler + ">' src=/a.png><img src=/b.png>";
    assertThat(TestPage.rewritten(page)).isEqualTo(page.replace("/b.png", CDN + "/b.png"));

    String script = "<script x='" + filler + "'><img src=/a.png></script><img src=/b.png>";
    assertThat(TestPage.rewritten(script)).isEqualTo(script.replace("/b.png", CDN + "/b.png"));
  }

  @Test
  void aTagWithTooManyAttributesPasses() {
    String page =
        "<img" + " a=b".repeat(TagScanner.MAX_ATTRIBUTES) + " src=/a.png><img src=/b.png>";
    assertThat(TestPage.rewritten(page)).isEqualTo(page.replace("/b.png", CDN + "/b.png"));
    for (int i : List.of(500, 1_025, 1_030, 1_031, 1_032, 1_033)) {
      assertThat(TestPage.rewrittenInParts(page, i)).isEqualTo(TestPage.rewritten(page));
    }
  }

  @Test
  void aLinkInAStyleSheetThatIsTooLongPasses() {
    String page =
        "<style>a{b:url(%s.png);c:url('%1$s.png');d:url(/d.png)}</style>"
            .formatted("x".repeat(CssScanner.MAX_URL));
    assertThat(TestPage.rewritten(page)).isEqualTo(page.replace("/d.png", CDN + "/d.png"));
  }

  @Test
  void aLinkThatWouldLeaveTheCdnsFolderStays() {
    CdnSettings folder =
        CdnSettings.parse(List.of("https://cdn.example/shop"), Set.of(), List.of(), "");
    String page = "<img src=%s><img src=../a.png><img src='/b/%%2e./c.png'>";
    assertThat(TestPage.rewritten(folder, page.formatted("../../a.png")))
        .isEqualTo(
            page.formatted("../../a.png")
                .replace("src=../a", "src=" + CDN + "/shop/dir/../a")
                .replace("'/b", "'" + CDN + "/shop/b"));
    CdnSettings all = CdnSettings.parse(List.of(CDN + "/shop"), Set.of(), List.of("path=/**"), "");
    assertThat(TestPage.rewritten(all, "<img src=//shop.example>"))
        .isEqualTo("<img src=" + CDN + "/shop>");
    assertThat(TestPage.rewritten(page.formatted("../../a.png")))
        .startsWith("<img src=" + CDN + "/dir/../../a.png>");
  }

  @Test
  void linksThatStayForTheirIntegrityAreCounted() {
    assertThat(TestPage.keptForIntegrity("<script src=/a.js integrity=sha256-x>")).isEqualTo(1);
    assertThat(TestPage.keptForIntegrity("<script src=/a.js>")).isZero();
  }
}
