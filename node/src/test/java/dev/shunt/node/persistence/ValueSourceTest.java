package dev.shunt.node.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.node.RequestHead;
import dev.shunt.node.ResponseHead;
import dev.shunt.node.persistence.ValueSource.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every place that a session id can stand in, hostile input included. */
class ValueSourceTest {

  private static final Set<Kind> ALL = EnumSet.allOf(Kind.class);

  private static List<String> found(String source, String text) {
    List<String> found = new ArrayList<>();
    RequestHead head = new TextHead(text);
    boolean _ = ValueSource.parse("find", source, ALL).getFirst().find(head, collecting(found));
    return found;
  }

  private static List<String> learned(String source, String text) {
    List<String> found = new ArrayList<>();
    ResponseHead head = new TextHead(text);
    boolean _ = ValueSource.parse("learn", source, ALL).getFirst().find(head, collecting(found));
    return found;
  }

  private static Values collecting(List<String> found) {
    return (head, from, to, _) -> {
      StringBuilder value = new StringBuilder();
      for (int i = from; i < to; i++) {
        value.append((char) (head.byteAt(i) & 0xFF));
      }
      found.add(value.toString());
      return false;
    };
  }

  @Test
  void aCookieIsFoundWhereverItStands() {
    assertThat(found("cookie:SID", "/\nCookie: SID=abc")).containsExactly("abc");
    assertThat(found("cookie:SID", "/\nCookie: a=1; SID=abc;b=2")).containsExactly("abc");
    assertThat(found("cookie:SID", "/\nCookie: a=1;SID=abc ; b=2")).containsExactly("abc");
    assertThat(found("cookie:SID", "/\nCookie: a=1\nX: y\ncookie: SID=abc")).containsExactly("abc");
    assertThat(found("cookie:SID", "/\nCookie: SID=\"a b\"")).containsExactly("a b");
    assertThat(found("cookie:SID", "/\nCookie: SID=a=b")).containsExactly("a=b");
    assertThat(found("cookie:SID", "/\nCookie: SID=one; SID=two")).containsExactly("one", "two");
  }

  @Test
  void whatOnlyLooksLikeTheCookieIsNot() {
    for (String cookie :
        List.of(
            "SID",
            "SID=",
            "SIDX=abc",
            "XSID=abc",
            "sid=abc",
            "a=SID=abc",
            "SID =abc",
            "=abc",
            ";;;",
            "",
            "SID=\"\"",
            "SID= ")) {
      assertThat(found("cookie:SID", "/\nCookie: " + cookie)).as(cookie).isEmpty();
    }
    assertThat(found("cookie:SID", "/\nSet-Cookie: SID=abc")).isEmpty();
  }

  @Test
  void aPathParameterIsFoundInEachSegmentAndNotInTheQuery() {
    assertThat(found("path:sid", "/a;sid=abc")).containsExactly("abc");
    assertThat(found("path:sid", "/a;sid=abc/b?x=1")).containsExactly("abc");
    assertThat(found("path:sid", "/a;x=1;sid=abc;y=2")).containsExactly("abc");
    assertThat(found("path:sid", "/a;sid=1/b;sid=2")).containsExactly("1", "2");
    assertThat(found("path:sid", "/;sid=%41b")).containsExactly("%41b");
    for (String target :
        List.of(
            "/sid=abc", "/a?;sid=abc", "/a;sid", "/a;sid=", "/a;sid=/b", "/a;SID=abc", ";", "*")) {
      assertThat(found("path:sid", target)).as(target).isEmpty();
    }
  }

  @Test
  void aQueryParameterIsFoundBehindTheQuestionMark() {
    assertThat(found("query:sid", "/a?sid=abc")).containsExactly("abc");
    assertThat(found("query:sid", "/a?x=1&sid=abc&y")).containsExactly("abc");
    assertThat(found("query:sid", "/a?sid=a/b;c?d")).containsExactly("a/b;c?d");
    for (String target :
        List.of("/a&sid=abc", "/sid=abc", "/a?xsid=abc", "/a?sid", "/a?sid=", "/?")) {
      assertThat(found("query:sid", target)).as(target).isEmpty();
    }
  }

  @Test
  void headersAndUrlsAreTakenAsTheyAre() {
    assertThat(found("header:X-Session", "/\nx-session: abc")).containsExactly("abc");
    assertThat(found("header:X-Session", "/\nX-Session: ")).isEmpty();
    assertThat(found("url", "/a/b;c?d=e")).containsExactly("/a/b;c");
    assertThat(found("address", "/a")).isEmpty();
  }

  @Test
  void aResponseTellsAnIdInEverySetCookieOrInAHeader() {
    assertThat(learned("cookie:SID", "200\nSet-Cookie: SID=abc; Path=/; HttpOnly"))
        .containsExactly("abc");
    assertThat(learned("cookie:SID", "200\nSet-Cookie: a=1; SID=no\nset-cookie: SID=abc"))
        .containsExactly("abc");
    assertThat(learned("cookie:SID", "200\nSet-Cookie: SID=; Max-Age=0")).isEmpty();
    assertThat(learned("cookie:SID", "200\nCookie: SID=abc")).isEmpty();
    assertThat(learned("header:X-Session", "200\nX-Session: abc")).containsExactly("abc");
    assertThat(learned("path:sid", "/;sid=abc")).isEmpty();
  }

  @Test
  void theFirstThatIsEnoughEndsTheSearch() {
    int[] calls = new int[1];
    boolean enough =
        new ValueSource(Kind.COOKIE, "SID")
            .find(
                (RequestHead) new TextHead("/\nCookie: SID=1; SID=2; SID=3"),
                (_, _, _, _) -> ++calls[0] == 2);
    assertThat(enough).isTrue();
    assertThat(calls[0]).isEqualTo(2);
  }

  /** Against what splitting strings finds, on texts of the characters that matter. */
  @Test
  void whateverIsSentTheSameIsFoundAsBySplitting() {
    Random random = new Random(42);
    String letters = "sid=;&?/% \"ab";
    for (int i = 0; i < 50_000; i++) {
      StringBuilder noise = new StringBuilder();
      int length = random.nextInt(40);
      for (int j = 0; j < length; j++) {
        noise.append(
            random.nextInt(4) == 0 ? "sid=" : letters.charAt(random.nextInt(letters.length())));
      }
      String text = noise.toString().strip();
      String target = "/" + text.replace(" ", "");
      assertThat(found("cookie:sid", "/\nCookie: " + text)).as(text).isEqualTo(cookies(text));
      String path = target.split("\\?", 2)[0];
      String query = target.contains("?") ? target.split("\\?", 2)[1] : "";
      assertThat(found("path:sid", target)).as(target).isEqualTo(path(path));
      assertThat(found("query:sid", target)).as(target).isEqualTo(named(query.split("&", -1)));
    }
  }

  private static List<String> cookies(String text) {
    String[] pairs = text.split(";", -1);
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = pairs[i].strip();
    }
    return named(pairs);
  }

  private static List<String> path(String path) {
    List<String> all = new ArrayList<>();
    for (String segment : path.split("/", -1)) {
      String[] parameters = segment.split(";", -1);
      parameters[0] = "";
      all.addAll(named(parameters));
    }
    return all;
  }

  private static List<String> named(String[] pairs) {
    List<String> all = new ArrayList<>();
    for (String pair : pairs) {
      String value = pair.startsWith("sid=") ? pair.substring(4) : "";
      boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
      String bare = quoted ? value.substring(1, value.length() - 1) : value;
      if (!bare.isEmpty()) {
        all.add(bare);
      }
    }
    return all;
  }

  @Test
  void whatIsNoPlaceIsRefused() {
    assertThatThrownBy(
            () -> ValueSource.parse("find", "cokie:X", EnumSet.of(Kind.COOKIE, Kind.URL)))
        .hasMessage("find: found 'cokie:X', allowed is a list of cookie:NAME, url");
    for (String bad : List.of("", "cookie", "cookie:", "cookie:a b", "url:x", "cookie:a;b")) {
      assertThatThrownBy(() -> ValueSource.parse("find", bad, ALL))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> ValueSource.parse("find", "url ".repeat(9), ALL))
        .hasMessage("find: found 9 places, allowed is at most 8");
  }
}
