package dev.shunt.ops.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Certificates that vouch for themselves, of the service {@code secure} and of servers; openssl
 * makes them.
 */
public final class LabCertificate {

  /** What clients call the service {@code secure}. */
  static final String HOST = "secure.lab";

  private static final String DAYS = "7";

  private LabCertificate() {}

  /** Makes one for a name, and the lab's virtual address, with its key, as PEM files. */
  public static void make(String host, Path certificate, Path key) {
    make(host, LabTopology.VIP, certificate, key);
  }

  /** Makes one for a name and an address, with its key, as PEM files. */
  public static void make(String host, String address, Path certificate, Path key) {
    Shell.run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        DAYS,
        "-subj",
        "/CN=" + host,
        "-addext",
        "subjectAltName=DNS:" + host + ",IP:" + address,
        "-keyout",
        key.toString(),
        "-out",
        certificate.toString());
  }

  /** Trusts certificates, and no others. */
  public static SSLContext trusting(Path... certificates)
      throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    for (Path certificate : certificates) {
      trusted.setCertificateEntry(certificate.toString(), read(certificate));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  private static Certificate read(Path certificate) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(certificate)) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  /** Speaks TLS with what {@link #make} made. */
  static SSLContext context(Path certificate, Path key) throws IOException {
    try {
      byte[] der =
          Base64.getMimeDecoder().decode(Files.readString(key).replaceAll("-----[^-]*-----", ""));
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "server",
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der)),
          new char[0],
          new Certificate[] {read(certificate)});
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(certificate + ": " + e.getMessage(), e);
    }
  }
}
