package dev.shunt.node.tls;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.shunt.node.OcspStatus;
import dev.shunt.node.OcspStatus.State;
import dev.shunt.node.TlsKeyPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** How it stands with a certificate's OCSP response as time goes by. */
class OcspStapleTest {

  @TempDir Path directory;

  private TestCertificates certificates;
  private TlsKeyPair pair;
  private OcspCertificate certificate;

  @BeforeEach
  void make() throws Exception {
    certificates = new TestCertificates(directory);
    pair = certificates.certificate("web", "DNS:web\ntlsfeature=status_request");
    certificate =
        new OcspCertificate(
            KeyMaterial.certificates(pair.certificate()).getFirst(),
            KeyMaterial.certificates(certificates.authority()).getFirst());
  }

  /** Writes a response that is good for an hour to the certificate's file. */
  private void respond() throws Exception {
    String serial = certificate.certificate().getSerialNumber().toString(16);
    Files.writeString(
        directory.resolve("index"),
        "V\t491231235959Z\t\t%s\tunknown\t/CN=web\n"
            .formatted((serial.length() % 2 == 0 ? "" : "0") + serial.toUpperCase(Locale.ROOT)));
    certificates.openssl(
        "ocsp -index index -CA ca.pem -issuer ca.pem -cert web.pem -rsigner ca.pem -rkey ca.key"
            + " -nmin 60 -noverify -no_nonce -respout "
            + pair.ocspResponse());
  }

  private OcspStaple staple(Instant now) {
    return new OcspStaple(pair.certificate(), certificate, new OcspMeters(), null, now);
  }

  @Test
  void aResponseIsGoodUntilItIsTooOldAndThenTheCertificateIsRefused() throws Exception {
    respond();
    Instant now = Instant.now();
    OcspStaple staple = staple(now);
    assertThat(staple.status().state()).isEqualTo(State.NONE);
    assertThat(staple.status().refused()).isTrue();
    staple.read(pair.ocspResponse(), now);
    staple.keep(now);
    OcspStatus good = staple.status();
    assertThat(good.state()).isEqualTo(State.GOOD);
    assertThat(good.refused()).isFalse();
    assertThat(good.nextTry()).as("a file is read when it changes").isEmpty();
    Instant end = good.until().orElseThrow();
    staple.keep(end.minus(Duration.ofMinutes(1)));
    assertThat(staple.status()).isEqualTo(good);
    Logger log = (Logger) LoggerFactory.getLogger(OcspStaple.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    log.addAppender(lines);
    try {
      staple.keep(end);
      staple.keep(end.plusSeconds(1));
    } finally {
      log.detachAppender(lines);
    }
    assertThat(lines.list.stream().map(ILoggingEvent::getFormattedMessage))
        .containsOnlyOnce(
            "CN=web: there is no OCSP response; clients refuse the certificate, which says that it"
                + " must have one");
    assertThat(staple.status().state()).isEqualTo(State.EXPIRED);
    assertThat(staple.status().until()).hasValue(end);
    assertThat(staple.status().refused()).isTrue();
  }

  @Test
  void aDamagedFileIsTheLastErrorUntilAGoodOneComes() throws Exception {
    respond();
    Instant now = Instant.now();
    OcspStaple staple = staple(now);
    staple.read(directory.resolve("none"), now);
    assertThat(staple.status().lastError()).hasValue("there is no " + directory.resolve("none"));
    staple.read(pair.ocspResponse(), now);
    assertThat(staple.status().lastError()).isEmpty();
    staple.read(pair.key(), now);
    assertThat(staple.status().state()).as("what was good stays").isEqualTo(State.GOOD);
    assertThat(staple.status().lastError().orElseThrow()).startsWith("not an OCSP response");
  }

  @Test
  void whatTheFormerCertificatesHadIsInherited() throws Exception {
    respond();
    Instant now = Instant.now();
    OcspStaple before = staple(now);
    before.read(pair.ocspResponse(), now);
    OcspStaple after = staple(now);
    after.inherit(before);
    assertThat(after.status()).isEqualTo(before.status());
  }
}
