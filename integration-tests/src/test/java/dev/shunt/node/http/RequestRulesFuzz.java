package dev.shunt.node.http;

import static dev.shunt.integrationtests.fuzz.Oracle.require;
import static dev.shunt.integrationtests.fuzz.Oracle.same;

import dev.shunt.integrationtests.fuzz.Parts;
import dev.shunt.node.AddressRange;
import dev.shunt.node.Forwarding;
import dev.shunt.node.NormalPath;
import dev.shunt.node.RequestIds;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Target, {@code Host} and what others said of the client: who is let through has one plain Host
 * and one normal path, and servers are told of one client, by this node or a trusted proxy.
 */
public final class RequestRulesFuzz {

  private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://([^/?]*).*");
  private static final Pattern CLAIM =
      Pattern.compile(
          "(?i)(x[-_]forwarded([-_].*)?|forwarded|x[-_]real[-_]ip|(x[-_])?client[-_]ip"
              + "|true[-_]client[-_]ip|x[-_](url[-_])?scheme): .*");
  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-F]{2})");
  private static final HeadLimits SENT = new HeadLimits(4000, 20_000, 100);

  private RequestRulesFuzz() {}

  /** What Jazzer calls; the bytes are a request's head. */
  public static void fuzzerTestOneInput(byte[] input) {
    for (boolean trusted : new boolean[] {false, true}) {
      HttpHead head = new HttpHead().forRequest(ShuntReader.LIMITS);
      try {
        if (head.feed(Parts.whole().cut(input).getFirst())) {
          new ConnectionOptions().strip(head);
          RequestRules.check(head);
          checkHost(head);
          checkPath(head.target().replaceFirst("\\?.*", ""));
          checkForwarding(head, trusted);
        }
      } catch (HttpFault refused) {
        require(refused.status() >= 400, "a fault is an error");
      }
    }
  }

  private static void checkHost(HttpHead head) {
    require(Shapes.isHost(head.host()) || !head.http11(), "a Host that is none");
    require(!head.repeats(KnownHeader.HOST), "two Hosts");
    Matcher absolute = ABSOLUTE.matcher(head.target());
    if (absolute.matches()) {
      same(
          head.host().toLowerCase(Locale.ROOT),
          absolute.group(1).toLowerCase(Locale.ROOT),
          "target and Host differ");
    } else {
      require(head.target().startsWith("/") || head.target().equals("*"), "a target of no form");
    }
  }

  private static void checkPath(String path) {
    String normal = NormalPath.of(path);
    same(normal, NormalPath.of(normal), "the normal form of a normal path is another one");
    require(normal.length() <= 3 * path.length() + 1, "a normal path is longer than it can be");
    String closed = normal + "/";
    boolean isNormal =
        !normal.contains("//")
            && !closed.contains("/./")
            && !closed.contains("/../")
            && !BAD_ESCAPE.matcher(normal).find();
    require(isNormal || !path.startsWith("/"), "a normal path that is not: " + normal);
  }

  /** What the server is told ends with the client's own address; a stranger's claims are gone. */
  private static void checkForwarding(HttpHead head, boolean trusted) throws HttpFault {
    InetAddress client = InetAddress.ofLiteral("192.0.2.7");
    List<AddressRange> ranges = trusted ? List.of(AddressRange.parse("192.0.2.0/24")) : List.of();
    ForwardedHeaders forwarded =
        new ForwardedHeaders(new Forwarding(ranges, false, RequestIds.OFF));
    forwarded.apply(head, forwarded.peer(new InetSocketAddress(client, 1)), true);
    HttpHead sent = Heads.again(new HttpHead().forRequest(SENT), Heads.rendered(head));
    List<String> claims = new ArrayList<>(ShuntReader.lines(sent));
    claims.removeIf(line -> !CLAIM.matcher(line).matches());
    require(
        claims.stream().noneMatch(claim -> claim.substring(0, claim.indexOf(':')).contains("_")),
        "a name that CGI servers take for another is passed on: " + claims);
    List<String> named =
        claims.stream()
            .filter(c -> c.toLowerCase(Locale.ROOT).startsWith("x-forwarded-for:"))
            .toList();
    require(
        named.size() == 1 && named.getFirst().matches("X-Forwarded-For: (.*, )?192\\.0\\.2\\.7"),
        "it does not say once who the client is: " + named);
    if (!trusted) {
      claims.removeAll(
          List.of(
              "X-Forwarded-For: 192.0.2.7",
              "X-Forwarded-Proto: https",
              "X-Forwarded-Host: " + head.host()));
      require(claims.isEmpty(), "a stranger's claims are passed on: " + claims);
    }
  }
}
