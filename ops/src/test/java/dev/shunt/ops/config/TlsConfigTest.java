package dev.shunt.ops.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.ClientCertificates;
import dev.shunt.node.OcspStapling;
import dev.shunt.node.TlsTermination;
import dev.shunt.node.TlsToServers;
import dev.shunt.node.TlsVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of {@code tls:} and {@code server_tls:}, and what is said of wrong files. */
class TlsConfigTest {

  private static final String PAIR = "certificates: [{certificate: a.pem, key: a.key}]";

  @TempDir static Path directory;

  @BeforeAll
  static void certificates() throws Exception {
    certificate("a", "-newkey ec -pkeyopt ec_paramgen_curve:P-256", 30);
    certificate("b", "-newkey rsa:2048", 30);
    openssl("req -newkey rsa:2048 -nodes -subj /CN=old -keyout old.key -out old.csr");
    openssl("x509 -req -in old.csr -signkey old.key -days -1 -out old.pem");
    certificate("weak", "-newkey rsa:1024", 30);
    openssl("ec -in a.key -out sec1.key");
    openssl("rsa -in b.key -traditional -out pkcs1.key");
    openssl("pkcs8 -topk8 -in a.key -passout pass:x -out locked.key");
    Files.writeString(directory.resolve("text.pem"), "no PEM\n");
    Files.writeString(
        directory.resolve("damaged.pem"),
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  }

  private static void certificate(String name, String key, int days) throws Exception {
    openssl(
        "req -x509 %s -nodes -days %d -subj /CN=%s -keyout %s.key -out %s.pem"
            .formatted(key, days, name, name, name));
  }

  private static void openssl(String arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments.split(" ")));
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  private static ConfigFile read(String service) throws ConfigException {
    return ConfigFile.parse(
        directory.resolve("shunt.yaml"), Yaml.service(service), StageSettings.Check.ANY);
  }

  private static List<String> errors(String service) {
    try {
      read(service);
      return List.of();
    } catch (ConfigException e) {
      return e.errors().stream()
          .map(ConfigError::toString)
          .map(text -> text.replace(directory + "/", ""))
          .toList();
    }
  }

  private static TlsTermination tls(String keys) throws ConfigException {
    return read("tls: {" + keys + "}").array().services().getFirst().tls().orElseThrow();
  }

  @Test
  void aPairOfFilesIsEnough() throws Exception {
    TlsTermination tls = tls(PAIR);
    assertThat(tls.certificates().getFirst().certificate()).isEqualTo(Path.of("a.pem"));
    assertThat(tls.minVersion()).isEqualTo(TlsVersion.TLS_1_2);
    assertThat(tls.clientCertificates()).isEqualTo(ClientCertificates.NONE);
    assertThat(tls.in(directory).certificates().getFirst().key())
        .isEqualTo(directory.resolve("a.key"));
  }

  @Test
  void keysMayBeInAnyFormThatOpensslWrites() throws IOException, ConfigException {
    assertThat(errors("tls: {certificates: [{certificate: a.pem, key: sec1.key}]}")).isEmpty();
    assertThat(errors("tls: {certificates: [{certificate: b.pem, key: pkcs1.key}]}")).isEmpty();
    assertThat(errors("tls: {certificates: [{certificate: b.pem, key: b.key}]}")).isEmpty();
  }

  @Test
  void everythingCanBeSaid() throws Exception {
    TlsTermination tls =
        tls(
            PAIR
                + ", min_version: 1.3, ciphers: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256],"
                + " client_certificates: required, client_ca: b.pem, handshake_timeout: 3s,"
                + " handshakes: 7, ticket_rotation: 1h, ocsp: fetch");
    assertThat(tls.ocsp()).isEqualTo(OcspStapling.FETCH);
    assertThat(tls.minVersion()).isEqualTo(TlsVersion.TLS_1_3);
    assertThat(tls.ciphers()).containsExactly("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    assertThat(tls.clientAuthorities()).contains(Path.of("b.pem"));
    assertThat(tls.handshakeTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(tls.handshakes()).isEqualTo(7);
    assertThat(tls.ticketRotation()).isEqualTo(Duration.ofHours(1));
    ConfigFile file =
        read("server_tls: {ca: a.pem, name: web.internal, certificate: b.pem, key: b.key}");
    TlsToServers servers = file.array().services().getFirst().serverTls().orElseThrow();
    assertThat(servers.name()).isEqualTo(Optional.of("web.internal"));
    assertThat(servers.verify()).isTrue();
    assertThat(servers.certificate()).isPresent();
  }

  @Test
  void aFileThatCannotBeUsedIsNamedWithItsPlace() {
    assertThat(errors("tls: {certificates: [{certificate: none.pem, key: a.key}]}"))
        .containsExactly(
            "shunt.yaml:5:40: services[0].tls.certificates[0].certificate: found none.pem: no such"
                + " file, allowed is a PEM file");
    assertThat(errors("tls: {certificates: [{certificate: text.pem, key: a.key}]}"))
        .containsExactly(
            "shunt.yaml:5:40: services[0].tls.certificates[0].certificate: found text.pem: nothing"
                + " in PEM and no certificate, allowed is X.509 certificates in PEM");
    assertThat(errors("tls: {certificates: [{certificate: damaged.pem, key: a.key}]}"))
        .containsExactly(
            "shunt.yaml:5:40: services[0].tls.certificates[0].certificate: found damaged.pem:"
                + " certificate 1 is damaged, allowed is X.509 certificates in PEM");
    assertThat(errors("tls: {certificates: [{certificate: a.pem, key: b.key}]}"))
        .containsExactly(
            "shunt.yaml:5:52: services[0].tls.certificates[0].key: found b.key: a key that is not"
                + " that of the first certificate in a.pem, allowed is the private key of that"
                + " certificate");
    assertThat(errors("tls: {certificates: [{certificate: a.pem, key: locked.key}]}"))
        .singleElement()
        .asString()
        .contains("tls.certificates[0].key: found locked.key: ENCRYPTED PRIVATE KEY, allowed is");
    assertThat(errors("tls: {certificates: [{certificate: weak.pem, key: weak.key}]}"))
        .singleElement()
        .asString()
        .contains("found weak.key: an RSA key of 1024 bits, allowed is");
    assertThat(errors("tls: {certificates: [{certificate: a.pem, key: a.pem}]}"))
        .singleElement()
        .asString()
        .contains("found a.pem: CERTIFICATE and no private key, allowed is");
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    assertThat(errors("tls: {" + PAIR + ", client_certificates: optional}"))
        .singleElement()
        .asString()
        .contains("tls.client_ca: found nothing");
    assertThat(errors("tls: {" + PAIR + ", client_ca: a.pem}"))
        .singleElement()
        .asString()
        .contains("tls.client_ca: found client_ca, and no client is asked for a certificate");
    assertThat(errors("tls: {}")).singleElement().asString().contains("tls.certificates: found");
    assertThat(errors("tls: {" + PAIR + ", min_version: 1.1}"))
        .singleElement()
        .asString()
        .contains("found '1.1', allowed is 1.2, 1.3");
    assertThat(errors("server_tls: {verify: off, ca: a.pem}"))
        .singleElement()
        .asString()
        .contains("found ca with verify: off, allowed is ca with verify: on");
  }

  @Test
  void aCertificateThatIsOverIsAWarning() throws Exception {
    ConfigFile file = read("tls: {certificates: [{certificate: old.pem, key: old.key}]}");
    assertThat(file.warnings())
        .singleElement()
        .asString()
        .contains("the certificate of CN=old was good until ");
  }
}
