package dev.shunt.ops.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PurgeOrderTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"all\":true}",
        "{\"service\":\"web\",\"all\":true}",
        "{\"service\":\"web\",\"url\":\"https://a.example/x?y=%20|z\"}",
        "{\"url\":\"http://[2001:db8::7]:8080/\"}",
        "{\"prefix\":\"https://a\"}",
        "{\"tag\":\"product-7\"}"
      })
  void whatIsReadIsWrittenAgainAsItWas(String json) {
    assertThat(PurgeOrder.read(json).toJson()).isEqualTo(json);
  }

  @Test
  void aLogTellsWhatWasMeant() {
    assertThat(PurgeOrder.read("{\"service\":\"web\",\"url\":\"http://a/x\"}"))
        .hasToString("url http://a/x of web");
    assertThat(PurgeOrder.read("{\"all\":true}")).hasToString("all");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "``; body: is missing, allowed is a JSON object with exactly one of \"all\": true",
        "[]; body: found no object, allowed is",
        "{; body: found what is not JSON:",
        "{\"all\":true} x; body: found what is not JSON:",
        "{\"all\":true,\"service\":\"a\",\"service\":\"b\"}; body: found what is not JSON: Duplicate",
        "{}; body: found 0 of all, url, prefix and tag, allowed is one",
        "{\"service\":\"web\"}; body: found 0 of all",
        "{\"all\":true,\"tag\":\"x\"}; body: found 2 of all",
        "{\"all\":true,\"sevice\":\"web\"}; body: found key 'sevice', allowed are all, prefix, serv",
        "{\"all\":false}; all: found false, allowed is true",
        "{\"all\":\"true\"}; all: found \"true\", allowed is true",
        "{\"url\":7}; url: found 7, allowed is a text",
        "{\"url\":null}; url: found null, allowed is a text",
        "{\"service\":[],\"all\":true}; service: found [], allowed is a text",
        "{\"service\":\"a b\",\"all\":true}; service: found 'a b', allowed is the name of a service",
        "{\"service\":\"\",\"all\":true}; service: found '', allowed is the name of a service",
        "{\"url\":\"/x\"}; url: found '/x', allowed is an absolute URL: http://host/path or https",
        "{\"url\":\"ftp://a/x\"}; url: found 'ftp://a/x', allowed is an absolute URL",
        "{\"url\":\"http:///x\"}; url: found 'http:///x', which names no host; allowed is http://h",
        "{\"url\":\"http://a/ä\"}; url: found 'http://a/ä', allowed is printable ASCII without",
        "{\"url\":\"http://a/x y\"}; url: found 'http://a/x y', allowed is printable ASCII",
        "{\"url\":\"http://a/x#y\"}; url: found 'http://a/x#y', allowed is a URL without '#'",
        "{\"prefix\":\"a.example\"}; prefix: found 'a.example', allowed is an absolute URL",
        "{\"prefix\":\"http://a/\\n\"}; prefix: found 'http://a/",
        "{\"prefix\":\"http://a/x%2\"}; prefix: found 'http://a/x%2', allowed is what ends neither",
        "{\"prefix\":\"http://a/x/..\"}; prefix: found 'http://a/x/..', allowed is what ends neither",
        "{\"tag\":\"a,b\"}; tag: found 'a,b', allowed is printable ASCII without blanks",
        "{\"tag\":\"\"}; tag: found '', allowed is printable ASCII"
      })
  void whatIsNotAllowedIsSaidToBe(String json, String message) {
    assertThatThrownBy(() -> PurgeOrder.read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}
