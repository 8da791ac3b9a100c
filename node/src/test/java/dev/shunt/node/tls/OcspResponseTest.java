package dev.shunt.node.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.node.TlsKeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which responses are believed. */
class OcspResponseTest {

  @TempDir Path directory;

  private TestCertificates certificates;

  @BeforeEach
  void make() throws IOException {
    certificates = new TestCertificates(directory);
  }

  private OcspCertificate certificate(String name) throws Exception {
    TlsKeyPair pair = certificates.certificate(name, "DNS:" + name);
    return new OcspCertificate(
        KeyMaterial.certificates(pair.certificate()).getFirst(),
        KeyMaterial.certificates(certificates.authority()).getFirst());
  }

  /** What a signer says of a certificate, good for an hour. */
  private byte[] response(OcspCertificate of, String name, String signer) throws Exception {
    String serial = of.certificate().getSerialNumber().toString(16).toUpperCase(Locale.ROOT);
    Files.writeString(
        directory.resolve("index"),
        "V\t491231235959Z\t\t%s\tunknown\t/CN=%s\n"
            .formatted(serial.length() % 2 == 0 ? serial : "0" + serial, name));
    certificates.openssl(
        ("ocsp -index index -CA ca.pem -issuer ca.pem -cert %s.pem -rsigner %s.pem -rkey %s.key"
                + " -nmin 60 -noverify -no_nonce -respout response")
            .formatted(name, signer, signer));
    return Files.readAllBytes(directory.resolve("response"));
  }

  private static void assertRefused(byte[] encoded, OcspCertificate of, Instant now, String why) {
    assertThatThrownBy(() -> OcspResponse.verified(encoded, of, now))
        .isInstanceOf(OcspException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aGoodOneIsBelievedUntilItIsTooOldAndNotBeforeItIsMade() throws Exception {
    OcspCertificate web = certificate("web");
    byte[] good = response(web, "web", "ca");
    Instant now = Instant.now();
    assertThat(OcspResponse.verified(good, web, now).until())
        .isBetween(now.plus(Duration.ofMinutes(50)), now.plus(Duration.ofMinutes(70)));
    assertRefused(good, web, now.plus(Duration.ofDays(1)), "");
    assertRefused(good, web, now.minus(Duration.ofDays(1)), "");
    assertRefused(good, web, now.plus(Duration.ofMinutes(65)), "too old since");
  }

  @Test
  void oneOfSomebodyWhoMaySpeakForTheAuthorityIsBelieved() throws Exception {
    OcspCertificate web = certificate("web");
    certificates.certificate("delegate", "DNS:delegate\nextendedKeyUsage=OCSPSigning");
    byte[] good = response(web, "web", "delegate");
    assertThat(OcspResponse.verified(good, web, Instant.now()).encoded()).isEqualTo(good);
  }

  @Test
  void oneOfAnotherCertificateIsRefused() throws Exception {
    OcspCertificate web = certificate("web");
    OcspCertificate other = certificate("other");
    assertRefused(response(other, "other", "ca"), web, Instant.now(), "another certificate");
  }

  @Test
  void oneThatWasSignedBySomebodyElseOrChangedIsRefused() throws Exception {
    OcspCertificate web = certificate("web");
    certificate("stranger");
    assertRefused(response(web, "web", "stranger"), web, Instant.now(), "");
    byte[] changed = response(web, "web", "ca");
    changed[changed.length / 2] ^= 1;
    assertRefused(changed, web, Instant.now(), "");
  }

  @Test
  void whatIsNoResponseIsRefused() throws Exception {
    OcspCertificate web = certificate("web");
    byte[] tryLater = {0x30, 3, 0x0a, 1, 3};
    assertRefused(tryLater, web, Instant.now(), "refused with status 3");
    for (byte[] nonsense : List.of(new byte[0], new byte[100], new byte[] {0x30, 0})) {
      assertRefused(nonsense, web, Instant.now(), "not an OCSP response");
    }
    assertRefused(new byte[OcspResponse.MAX_BYTES + 1], web, Instant.now(), "more than");
  }
}
