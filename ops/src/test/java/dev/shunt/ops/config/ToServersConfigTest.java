package dev.shunt.ops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.shunt.node.ServerProtocol;
import dev.shunt.node.ToServers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is read of {@code server_protocol:} and {@code server_http2:}. */
class ToServersConfigTest {

  private static ToServers read(String keys) throws ConfigException {
    return ConfigFile.parse(Path.of("shunt.yaml"), Yaml.service(keys), StageSettings.Check.ANY)
        .array()
        .services()
        .getFirst()
        .toServers();
  }

  private static List<String> errors(String keys) {
    return catchThrowableOfType(ConfigException.class, () -> read(keys)).errors().stream()
        .map(ConfigError::toString)
        .toList();
  }

  @Test
  void serversSpeakHttp11UnlessItIsSaidOtherwise() throws Exception {
    assertThat(read("mode: http").protocol()).isEqualTo(ServerProtocol.HTTP1);
    assertThat(read("server_protocol: h2c").protocol()).isEqualTo(ServerProtocol.H2C);
    assertThat(read("server_protocol: h2\nserver_tls: {}").protocol()).isEqualTo(ServerProtocol.H2);
    assertThat(read("server_protocol: auto\nserver_tls: {}").protocol())
        .isEqualTo(ServerProtocol.AUTO);
    assertThat(read("server_protocol: h2c\nserver_http2: {streams: 7, stream_window: 1MiB}"))
        .isEqualTo(new ToServers(ServerProtocol.H2C, 7, 1 << 20));
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    assertThat(errors("server_protocol: http3"))
        .containsExactly(
            "shunt.yaml:5:22: services[0].server_protocol: found 'http3', allowed is http1, h2,"
                + " h2c, auto");
    assertThat(errors("server_protocol: h2"))
        .containsExactly(
            "shunt.yaml:5:22: services[0].server_protocol: found server_protocol h2 without"
                + " server_tls, allowed is h2c without server_tls");
    assertThat(errors("server_protocol: h2c\nserver_tls: {}"))
        .containsExactly(
            "shunt.yaml:5:22: services[0].server_protocol: found server_protocol h2c with"
                + " server_tls, allowed is h2 or auto with server_tls");
    assertThat(errors("server_protocol: h2c\nproxy_protocol: v2"))
        .containsExactly(
            "shunt.yaml:5:22: services[0].server_protocol: found server_protocol h2c with"
                + " proxy_protocol, which names one client a connection, allowed is http1 with"
                + " proxy_protocol");
    assertThat(errors("server_http2: {streams: 7}"))
        .singleElement()
        .asString()
        .contains("server_http2: found server_http2 with server_protocol http1, allowed is");
    assertThat(errors("mode: tcp\nserver_protocol: h2c"))
        .singleElement()
        .asString()
        .contains("found server_protocol with mode tcp, allowed is server_protocol with mode http");
    assertThat(errors("server_protocol: h2c\nserver_http2: {streams: 0}"))
        .singleElement()
        .asString()
        .contains("server_http2.streams: found '0', allowed is a number from 1 to 10000");
  }
}
