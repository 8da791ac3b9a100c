package dev.shunt.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {

  private static final InetSocketAddress ADDRESS =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 80);

  @Test
  void errorsTellWhatWasFoundAndWhatIsAllowed() {
    assertThatThrownBy(() -> new Server("a", ADDRESS, 0))
        .hasMessage("server 'a', weight: found 0, allowed is 1 to 256");
    assertThatThrownBy(() -> new Server("a", InetSocketAddress.createUnresolved("b", 1), 1))
        .hasMessageContaining("server 'a': found b")
        .hasMessageContaining("allowed is an IP address and a port");
    assertThatThrownBy(() -> HttpService.of("web", List.of(), List.of()))
        .hasMessage("service 'web', listeners: found 0, allowed is 1 to 64");
    assertThatThrownBy(() -> new Listener(ADDRESS, false, 100))
        .hasMessageContaining("largest segment: found 100, allowed is 536 to 32767");
    assertThatThrownBy(() -> Timeouts.all(Duration.ZERO))
        .hasMessage("timeouts, header: found PT0S, allowed is PT0.001S to PT168H");
    assertThatThrownBy(() -> Limits.ofRequests(1, 1000, 10, 0))
        .hasMessage("limits, request line bytes: found 1, allowed is 64 to 65536");
    assertThatThrownBy(() -> HealthCheck.http("health"))
        .hasMessage("health check, path: found 'health', allowed is a path that begins with /");
    assertThatThrownBy(() ->
            HttpService.of(
                "web",
                List.of(Listener.on(ADDRESS)),
                List.of(new Server("a", ADDRESS, 1), new Server("a", ADDRESS, 1))))
        .hasMessage("service 'web', servers: a name stands there twice");
  }

  @Test
  void errorsOfRelayingTellWhatWasFoundAndWhatIsAllowed() {
    HttpService service =
        HttpService.of("mail", List.of(Listener.on(ADDRESS)), List.of(new Server("a", ADDRESS, 1)));
    SniRoute route = new SniRoute(List.of("a.example"), List.of("b"));
    assertThatThrownBy(() -> service.with(TcpRelay.DEFAULT.with(List.of(), route)))
        .hasMessage("service 'mail', sni: found server 'b', allowed is one of [a]");
    assertThatThrownBy(() -> TcpRelay.DEFAULT.with(List.of(), route, route))
        .hasMessage("sni, names: found 'a.example' twice");
    assertThatThrownBy(
            () -> service.withStages(new StageConfig("x", Map.of())).with(TcpRelay.DEFAULT))
        .hasMessageContaining("service 'mail', stages: they are for requests");
    assertThatThrownBy(() -> ProxyProtocol.NONE.within(Duration.ZERO))
        .hasMessage("proxy protocol, timeout: found PT0S, allowed is PT0.001S to PT5M");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "*.",
        "A.example",
        "a..example",
        ".a",
        "a.",
        "a.*.b",
        "a b",
        "-a",
        "**.a"
      })
  void whatIsNoServerNameIsRefused(String name) {
    assertThatThrownBy(() -> new SniRoute(List.of(name), List.of("a")))
        .hasMessage("sni, name: found '%s', allowed is such as a.example or *.example", name);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.1.2, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "192.168.1.128/25, 192.168.1.129, true",
    "192.168.1.128/25, 192.168.1.127, false",
    "127.0.0.1, 127.0.0.1, true",
    "127.0.0.1, 127.0.0.2, false",
    "0.0.0.0/0, 8.8.8.8, true",
    "2001:db8::/33, 2001:db8:1::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "0.0.0.0/0, ::1, false",
  })
  void anAddressRangeHoldsWhatSharesItsPrefix(String range, String address, boolean inside) {
    assertThat(AddressRange.parse(range).contains(InetAddress.ofLiteral(address)))
        .isEqualTo(inside);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10.0.0.0/", "10.0.0.0/33", "host/8", "10.0.0.0/-1", "::/129"})
  void whatIsNoAddressRangeIsRefused(String text) {
    assertThatThrownBy(() -> AddressRange.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("address range: found '" + text + "', allowed is");
  }

  @ParameterizedTest
  @CsvSource({
    "Content-Length, 5",
    "transfer-encoding, chunked",
    "CONNECTION, close",
    "Host, a",
    "X Y, z",
    "'', z",
  })
  void aStageCannotAddFramingOrNonsense(String name, String value) {
    assertThatThrownBy(() -> new PreparedHeader(name, value))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aHeadersValueCannotEndItsLine() {
    for (String value : new String[] {"a\r\nX: y", "a\nb", "a\0b", " a", "\u20ac", "a\u007f"}) {
      assertThatThrownBy(() -> new PreparedHeader("X", value))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(new PreparedHeader("X", "caf\u00e9 \t!").length()).isEqualTo(12);
  }
}
