package dev.shunt.ops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.shunt.node.HeaderMatch;
import dev.shunt.node.RoutingRule;
import dev.shunt.node.TextMatch;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which servers are for which requests, as the configuration says it. */
class RuleConfigTest {

  private static final String SERVERS = "servers: [\"127.0.0.1:9001\"]";

  @Test
  void everythingIsRead() throws ConfigException {
    ServiceConfig service =
        Yaml.read(
                Yaml.service(
                    """
                    rules:
                      - hosts: [a.example, "*.b.example"]
                        path: {prefix: /shop/}
                        methods: [GET, HEAD]
                        headers: [{name: X-Beta}, {name: X-Version, regex: "2[.].*"}]
                        servers: ["127.0.0.1:9001"]
                      - {servers: ["127.0.0.1:9002"]}
                    """))
            .array()
            .services()
            .getFirst();
    assertThat(service.rules())
        .containsExactly(
            new RoutingRule(
                List.of("a.example", "*.b.example"),
                Optional.of(new TextMatch(TextMatch.Kind.PREFIX, "/shop/")),
                List.of("GET", "HEAD"),
                List.of(
                    new HeaderMatch("X-Beta", Optional.empty()),
                    new HeaderMatch(
                        "X-Version", Optional.of(new TextMatch(TextMatch.Kind.REGEX, "2[.].*")))),
                List.of("127.0.0.1:9001")),
            new RoutingRule(
                List.of(), Optional.empty(), List.of(), List.of(), List.of("127.0.0.1:9002")));
  }

  @Test
  void membersMustHaveTheSameRules() throws ConfigException {
    ArrayConfig one = Yaml.read(Yaml.service("rules: [{" + SERVERS + "}]")).array();
    ArrayConfig other =
        Yaml.read(Yaml.service("rules: [{path: {exact: /}, " + SERVERS + "}]")).array();
    assertThat(Fingerprint.differences(one, other)).isNotEmpty();
  }

  static Stream<Arguments> errors() {
    return Stream.of(
        arguments(
            "mode: tcp\nrules: [{" + SERVERS + "}]",
            "services[0].rules: found rules with mode tcp, allowed is rules with mode http"),
        arguments(
            "rules: [{path: {prefix: /x}}]",
            "services[0].rules[0].servers: found nothing, allowed is a list of names of the"
                + " service's servers; the key is required"),
        arguments(
            "rules: [{servers: []}]",
            "services[0].rules[0].servers: found nothing in it, allowed is at least one: one of the"
                + " service's servers: 127.0.0.1:9001, 127.0.0.1:9002"),
        arguments(
            "rules: [{path: {prefix: x}, " + SERVERS + "}]",
            "services[0].rules[0].path.prefix: found 'x', allowed is a path in its normal form:"
                + " /x"),
        arguments(
            "rules: [{path: {exact: /a/../%62}, " + SERVERS + "}]",
            "services[0].rules[0].path.exact: found '/a/../%62', allowed is a path in its normal"
                + " form: /b"),
        arguments(
            "rules: [{path: {exact: /a, prefix: /b}, " + SERVERS + "}]",
            "services[0].rules[0].path.prefix: found prefix beside exact, allowed is one of the"
                + " two"),
        arguments(
            "rules: [{path: {regex: \"(a\"}, " + SERVERS + "}]",
            "services[0].rules[0].path.regex: found '(a', allowed is"
                + " RE2's syntax: missing closing )"),
        arguments(
            "rules: [{path: {}, " + SERVERS + "}]",
            "services[0].rules[0].path.prefix: found nothing, allowed is one of exact, prefix,"
                + " regex; the key is required"),
        arguments(
            "rules: [{methods: [get], " + SERVERS + "}]",
            "services[0].rules[0].methods[0]: found 'get', allowed is a method in upper case such"
                + " as GET"),
        arguments(
            "rules: [{hosts: [\"a.*\"], " + SERVERS + "}]",
            "services[0].rules[0].hosts[0]: found 'a.*', allowed is a host name in lower case, or"
                + " *. and one"),
        arguments(
            "rules: [{headers: [{exact: x}], " + SERVERS + "}]",
            "services[0].rules[0].headers[0].name: found nothing, allowed is a header's name; the"
                + " key is required"));
  }

  @ParameterizedTest
  @MethodSource
  void errors(String keys, String error) {
    assertThat(Yaml.errors(Yaml.service(keys)))
        .singleElement()
        .asString()
        .matches("shunt\\.yaml:[0-9]+:[0-9]+: .*")
        .endsWith(error);
  }
}
