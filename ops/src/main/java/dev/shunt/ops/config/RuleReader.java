package dev.shunt.ops.config;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.shunt.node.HeaderMatch;
import dev.shunt.node.Headers;
import dev.shunt.node.NormalPath;
import dev.shunt.node.Routing;
import dev.shunt.node.RoutingRule;
import dev.shunt.node.SniRoute;
import dev.shunt.node.TextMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code rules:} of a service: which servers are for which requests (claim A10). */
final class RuleReader {

  private static final ScalarType<String> HOST =
      new ScalarType<>(
          "a host name in lower case, or *. and one", t -> Optional.of(t).filter(SniRoute::isName));
  private static final ScalarType<String> METHOD =
      Scalars.matching("a method in upper case such as GET", "[A-Z][A-Z-]{0,31}");
  private static final ScalarType<String> HEADER =
      new ScalarType<>("a header's name", t -> Optional.of(t).filter(Headers::isToken));
  private static final ScalarType<String> TEXT =
      Scalars.text("text of at most 1024 characters", TextMatch.MAX_TEXT);

  private final Section section;
  private final List<String> servers;

  RuleReader(Section section, ServiceMode mode, List<ServerConfig> servers) {
    this.section = section;
    this.servers = servers.stream().map(ServerConfig::name).toList();
    if (mode != ServiceMode.HTTP && section.has("rules")) {
      section
          .at("rules")
          .report("rules with mode " + Scalars.keyword(mode), "rules with mode http");
    }
  }

  List<RoutingRule> rules() {
    List<RoutingRule> rules = new ArrayList<>();
    for (Value item :
        section.value("rules").map(v -> v.items(Routing.MAX_RULES)).orElse(List.of())) {
      rule(new Section(item)).ifPresent(rules::add);
    }
    return rules;
  }

  private Optional<RoutingRule> rule(Section rule) {
    List<String> hosts = list(rule, "hosts", HOST, RoutingRule.MAX_HOSTS);
    Optional<TextMatch> path = rule.section("path").flatMap(RuleReader::path);
    List<String> methods = list(rule, "methods", METHOD, RoutingRule.MAX_METHODS);
    List<HeaderMatch> headers = new ArrayList<>();
    for (Value item :
        rule.value("headers").map(v -> v.items(RoutingRule.MAX_HEADERS)).orElse(List.of())) {
      header(new Section(item)).ifPresent(headers::add);
    }
    if (!rule.has("servers")) {
      rule.missing("servers", "a list of names of the service's servers");
    }
    List<String> chosen =
        list(rule, "servers", RelayReader.serverOf(servers), ServiceConfig.MAX_SERVERS);
    rule.finish();
    return chosen.isEmpty()
        ? Optional.empty()
        : Optional.of(new RoutingRule(hosts, path, methods, headers, chosen));
  }

  /** A list that is there has something in it: an empty one would hold always, or never. */
  private static List<String> list(Section rule, String key, ScalarType<String> type, int max) {
    Optional<Value> list = rule.value(key);
    List<Value> items = list.map(v -> v.items(max)).orElse(List.of());
    list.filter(v -> v.isList() && items.isEmpty())
        .ifPresent(v -> v.report("nothing in it", "at least one: " + type.allowed()));
    List<String> read = new ArrayList<>();
    items.forEach(item -> item.as(type).ifPresent(read::add));
    return read;
  }

  private static Optional<TextMatch> path(Section path) {
    Optional<TextMatch> match = match(path);
    if (match.isEmpty() && path.names().isEmpty()) {
      path.missing("prefix", "one of exact, prefix, regex");
    }
    path.finish();
    match
        .filter(m -> m.kind() != TextMatch.Kind.REGEX)
        .filter(m -> !normal(m.text()).equals(m.text()))
        .ifPresent(m ->
            path.at(Scalars.keyword(m.kind()))
                .report(
                    "'" + Value.printable(m.text(), 100) + "'",
                    "a path in its normal form: " + normal(m.text())));
    return match;
  }

  private static String normal(String path) {
    return NormalPath.of(path.startsWith("/") ? path : "/" + path);
  }

  private static Optional<HeaderMatch> header(Section header) {
    Optional<String> name = header.find("name", HEADER);
    if (!header.has("name")) {
      header.missing("name", HEADER.allowed());
    }
    Optional<TextMatch> value = match(header);
    header.finish();
    return name.map(n -> new HeaderMatch(n, value));
  }

  /** One of {@code exact}, {@code prefix} and {@code regex}, if any is there. */
  private static Optional<TextMatch> match(Section in) {
    Optional<TextMatch> found = Optional.empty();
    for (TextMatch.Kind kind : TextMatch.Kind.values()) {
      String key = Scalars.keyword(kind);
      Optional<String> text = in.find(key, TEXT);
      if (text.isPresent() && found.isPresent()) {
        in.at(key).report(key + " beside " + Scalars.keyword(found.get().kind()), "one of the two");
      } else if (text.isPresent()) {
        found = Optional.of(new TextMatch(kind, text.get()));
        regexError(found.get())
            .ifPresent(e -> in.at(key).report(in.at(key).describe(), "RE2's syntax: " + e));
      }
    }
    return found;
  }

  private static Optional<String> regexError(TextMatch match) {
    try {
      if (match.kind() == TextMatch.Kind.REGEX) {
        Pattern.compile(match.text());
      }
      return Optional.empty();
    } catch (PatternSyntaxException e) {
      return Optional.of(e.getDescription());
    }
  }
}
