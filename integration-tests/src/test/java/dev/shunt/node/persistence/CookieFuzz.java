package dev.shunt.node.persistence;

import static dev.shunt.integrationtests.fuzz.Oracle.require;
import static dev.shunt.integrationtests.fuzz.Oracle.same;

import dev.shunt.integrationtests.fuzz.Oracle;
import dev.shunt.node.Exchange;
import dev.shunt.node.Meters;
import dev.shunt.node.RequestHead;
import dev.shunt.node.Server;
import dev.shunt.node.Stage;
import dev.shunt.node.StageContext;
import dev.shunt.node.http.Heads;
import dev.shunt.node.persistence.ValueSource.Kind;
import dev.shunt.replication.BindingTables;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Cookies and parameters of a request: session ids are found where splitting finds them; of the
 * injected cookie nothing reaches a server, and of the others everything.
 */
public final class CookieFuzz {

  private static final String NAME = "id";
  private static final byte[] KEY = new byte[32];

  private CookieFuzz() {}

  /** What Jazzer calls; the bytes are a request's head. */
  public static void fuzzerTestOneInput(byte[] input) {
    Heads.request(input).ifPresent(CookieFuzz::check);
  }

  private static void check(RequestHead head) {
    List<String> pairs = pairs(head);
    same(named(pairs), found(head, Kind.COOKIE), "other cookies");
    int query = head.target().indexOf('?');
    List<String> parameters =
        query < 0 ? List.of() : List.of(head.target().substring(query + 1).split("&", -1));
    same(named(parameters), found(head, Kind.QUERY), "other parameters of the query");
    for (String value : found(head, Kind.PATH)) {
      require(
          head.target().contains(";" + NAME + "=" + value)
              || head.target().contains(";" + NAME + "=\"" + value + "\""),
          "a parameter from nowhere: " + value);
    }
    stage().onRequest(head, exchange());
    RequestHead sent = Heads.request(Oracle.bytes(Heads.sent(head))).orElseThrow();
    same(
        pairs.stream().filter(pair -> !pair.startsWith("SHUNT=")).toList(),
        pairs(sent),
        "other cookies reach the server");
  }

  private static List<String> pairs(RequestHead head) {
    List<String> pairs = new ArrayList<>();
    for (int i = head.find("cookie", 0); i >= 0; i = head.find("cookie", i + 1)) {
      Arrays.stream(head.value(i).split(";", -1))
          .map(pair -> pair.replaceAll("^[ \t]+|[ \t]+$", ""))
          .filter(pair -> !pair.isEmpty())
          .forEach(pairs::add);
    }
    return pairs;
  }

  /** What stands behind the name, without quotes, where it is anything. */
  private static List<String> named(List<String> pairs) {
    return pairs.stream()
        .filter(pair -> pair.startsWith(NAME + "="))
        .map(pair -> pair.substring(NAME.length() + 1))
        .map(v -> v.length() >= 2 && v.matches("\".*\"") ? v.substring(1, v.length() - 1) : v)
        .filter(value -> !value.isEmpty())
        .toList();
  }

  private static List<String> found(RequestHead head, Kind kind) {
    List<String> found = new ArrayList<>();
    boolean enough =
        new ValueSource(kind, NAME)
            .find(
                head,
                (in, from, to, _) -> {
                  StringBuilder value = new StringBuilder();
                  for (int i = from; i < to; i++) {
                    value.append((char) (in.byteAt(i) & 0xFF));
                  }
                  found.add(value.toString());
                  return false;
                });
    require(!enough, "nobody had enough");
    return found;
  }

  private static Stage stage() {
    InetSocketAddress anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    StageContext context =
        new StageContext(
            "web",
            List.of(new Server("s1", anywhere, 1), new Server("s2", anywhere, 1)),
            List.of(),
            Map.of(),
            () -> KEY,
            Heads.knowing(BindingTables.class, Map.of()),
            Heads.knowing(Meters.class, Map.of()),
            Path.of("."),
            InstantSource.system());
    return new InjectedCookie().configure(context).get();
  }

  private static Exchange exchange() {
    return Heads.exchange(
        Map.of("rule", Exchange.NO_RULE, "allows", true, "preferred", Exchange.NO_SERVER));
  }
}
