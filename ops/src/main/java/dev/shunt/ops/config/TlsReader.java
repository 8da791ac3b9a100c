package dev.shunt.ops.config;

import dev.shunt.node.ClientCertificates;
import dev.shunt.node.OcspStapling;
import dev.shunt.node.TlsKeyPair;
import dev.shunt.node.TlsTermination;
import dev.shunt.node.TlsToServers;
import dev.shunt.node.TlsVersion;
import dev.shunt.node.tls.KeyMaterial;
import dev.shunt.node.tls.TlsFileException;
import java.nio.file.Path;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads {@code tls:} and {@code server_tls:} of a service, and looks into the files that they name:
 * what a start would stumble over is told by a check.
 */
final class TlsReader {

  private static final ScalarType<Path> FILE = file();
  private static final ScalarType<TlsVersion> VERSION =
      new ScalarType<>(
          "1.2, 1.3",
          text ->
              switch (text) {
                case "1.2" -> Optional.of(TlsVersion.TLS_1_2);
                case "1.3" -> Optional.of(TlsVersion.TLS_1_3);
                default -> Optional.empty();
              });
  private static final ScalarType<String> CIPHER =
      new ScalarType<>(
          String.join(", ", TlsTermination.CIPHERS),
          text -> Optional.of(text).filter(TlsTermination.CIPHERS::contains));
  private static final ScalarType<String> SERVER_NAME =
      Scalars.matching(
          "a host name such as web.internal", "[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");

  private final Section service;
  private final Optional<Path> directory;

  /**
   * @param directory that relative paths are taken from: the configuration's own; empty: no file is
   *     looked into
   */
  TlsReader(Section service, Optional<Path> directory) {
    this.service = service;
    this.directory = directory;
  }

  private static ScalarType<Path> file() {
    ScalarType<String> text = Scalars.text("a file's path", 4096);
    return new ScalarType<>(text.allowed(), t -> text.parse(t).map(Path::of));
  }

  Optional<TlsTermination> termination(ServiceMode mode) {
    return section("tls", mode).flatMap(this::termination);
  }

  Optional<TlsToServers> toServers(ServiceMode mode) {
    return section("server_tls", mode).map(this::toServers);
  }

  private Optional<Section> section(String key, ServiceMode mode) {
    Optional<Section> section = service.section(key);
    if (section.isPresent() && mode == ServiceMode.DIRECT) {
      service
          .at(key)
          .report(
              key + " with mode direct, whose connections no node ends", key + " with mode http");
    }
    return section;
  }

  private Optional<TlsTermination> termination(Section s) {
    List<TlsKeyPair> certificates = certificates(s);
    Duration least = TlsTermination.MIN_TICKET_ROTATION;
    ClientCertificates clients =
        s.get(
            "client_certificates",
            Scalars.oneOf(ClientCertificates.class),
            ClientCertificates.NONE);
    Optional<Path> authorities = authorities(s, "client_ca");
    TlsVersion version = s.get("min_version", VERSION, TlsVersion.TLS_1_2);
    List<String> ciphers = ciphers(s);
    Duration timeout =
        s.get(
            "handshake_timeout",
            Scalars.duration(Duration.ofMillis(1), TlsTermination.MAX_HANDSHAKE_TIMEOUT),
            TlsTermination.DEFAULT_HANDSHAKE_TIMEOUT);
    int handshakes =
        s.get(
            "handshakes",
            Scalars.integer(1, TlsTermination.MAX_HANDSHAKES),
            TlsTermination.DEFAULT_HANDSHAKES);
    Duration rotation =
        s.get(
            "ticket_rotation",
            Scalars.duration(least, TlsTermination.MAX_TICKET_ROTATION),
            TlsTermination.DEFAULT_TICKET_ROTATION);
    OcspStapling ocsp = s.get("ocsp", Scalars.oneOf(OcspStapling.class), OcspStapling.OFF);
    s.finish();
    if (clients == ClientCertificates.NONE && s.has("client_ca")) {
      s.at("client_ca")
          .report(
              "client_ca, and no client is asked for a certificate",
              "client_ca with client_certificates optional or required");
      return Optional.empty();
    }
    if (clients != ClientCertificates.NONE && authorities.isEmpty()) {
      if (!s.has("client_ca")) {
        s.missing("client_ca", "the file of those who vouch for clients");
      }
      return Optional.empty();
    }
    return certificates.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new TlsTermination(
                certificates,
                version,
                ciphers,
                clients,
                authorities,
                timeout,
                handshakes,
                rotation,
                ocsp));
  }

  private List<TlsKeyPair> certificates(Section s) {
    String allowed = "a list of at least one {certificate: FILE, key: FILE}";
    Optional<Value> list = s.value("certificates");
    if (list.isEmpty()) {
      s.missing("certificates", allowed);
      return List.of();
    }
    List<Value> items = list.get().items(TlsTermination.MAX_CERTIFICATES);
    if (items.isEmpty() && list.get().isList()) {
      list.get().report("no certificates", allowed);
    }
    List<TlsKeyPair> pairs = new ArrayList<>();
    for (Value item : items) {
      Section pair = new Section(item);
      pair(pair, true).ifPresent(pairs::add);
      pair.finish();
    }
    return pairs;
  }

  /** Reads {@code certificate} and {@code key}, and looks into their files. */
  private Optional<TlsKeyPair> pair(Section s, boolean required) {
    if (!required && !s.has("certificate") && !s.has("key")) {
      var _ = s.value("certificate");
      var _ = s.value("key");
      return Optional.empty();
    }
    Path none = Path.of("");
    TlsKeyPair pair =
        new TlsKeyPair(s.require("certificate", FILE, none), s.require("key", FILE, none));
    if (pair.certificate().equals(none) || pair.key().equals(none)) {
      return Optional.empty();
    }
    return directory.isEmpty() ? Optional.of(pair) : opened(s, pair, directory.get());
  }

  private static Optional<TlsKeyPair> opened(Section s, TlsKeyPair pair, Path in) {
    try {
      warn(s.at("certificate"), KeyMaterial.certificates(in.resolve(pair.certificate())));
    } catch (TlsFileException e) {
      s.at("certificate").report(e.found(), e.allowed());
      return Optional.empty();
    }
    try {
      KeyMaterial.read(pair.in(in));
    } catch (TlsFileException e) {
      s.at("key").report(e.found(), e.allowed());
      return Optional.empty();
    }
    return Optional.of(pair);
  }

  private Optional<Path> authorities(Section s, String key) {
    Optional<Path> path = s.find(key, FILE);
    try {
      if (path.isPresent() && directory.isPresent()) {
        warn(s.at(key), KeyMaterial.certificates(directory.get().resolve(path.get())));
      }
      return path;
    } catch (TlsFileException e) {
      s.at(key).report(e.found(), e.allowed());
      return Optional.empty();
    }
  }

  /** A certificate that is over is no reason not to start with all the others. */
  private static void warn(Value at, List<X509Certificate> certificates) {
    for (X509Certificate certificate : certificates) {
      String whose = Value.printable(certificate.getSubjectX500Principal().getName(), 100);
      try {
        certificate.checkValidity();
      } catch (CertificateExpiredException _) {
        at.problems()
            .warn(
                at,
                "the certificate of %s was good until %s"
                    .formatted(whose, certificate.getNotAfter().toInstant()));
      } catch (CertificateNotYetValidException _) {
        at.problems()
            .warn(
                at,
                "the certificate of %s is good only from %s on"
                    .formatted(whose, certificate.getNotBefore().toInstant()));
      }
    }
  }

  private static List<String> ciphers(Section s) {
    List<String> ciphers = new ArrayList<>();
    for (Value item :
        s.value("ciphers").map(v -> v.items(TlsTermination.CIPHERS.size())).orElse(List.of())) {
      item.as(CIPHER).ifPresent(ciphers::add);
    }
    return ciphers;
  }

  private TlsToServers toServers(Section s) {
    Optional<Path> authorities = authorities(s, "ca");
    Optional<String> name = s.find("name", SERVER_NAME);
    boolean verify = s.get("verify", Scalars.SWITCH, true);
    Optional<TlsKeyPair> own = pair(s, false);
    if (!verify && s.has("ca")) {
      s.at("ca").report("ca with verify: off", "ca with verify: on");
    }
    if (!verify) {
      s.self()
          .problems()
          .warn(
              s.at("verify"),
              "servers are not verified: anybody between here and there can pose as one");
    }
    s.finish();
    return new TlsToServers(authorities, name, verify, own);
  }
}
