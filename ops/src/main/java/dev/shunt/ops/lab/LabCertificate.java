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

/**
 * Certificates that vouch for themselves, of the service {@code secure} and of servers; openssl
 * makes them.
 */
public final class LabCertificate {

  /** What clients call the service {@code secure}. */
  static final String HOST = "secure.lab";

  private static final String DAYS = "7";

  private LabCertificate() {}

  /** Makes one for a name, with its key, as PEM files. */
  public static void make(String host, Path certificate, Path key) {
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
        "subjectAltName=DNS:" + host + ",IP:" + LabTopology.VIP,
        "-keyout",
        key.toString(),
        "-out",
        certificate.toString());
  }

  /** Speaks TLS with what {@link #make} made. */
  static SSLContext context(Path certificate, Path key) throws IOException {
    try (InputStream in = Files.newInputStream(certificate)) {
      byte[] der =
          Base64.getMimeDecoder().decode(Files.readString(key).replaceAll("-----[^-]*-----", ""));
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "server",
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der)),
          new char[0],
          new Certificate[] {CertificateFactory.getInstance("X.509").generateCertificate(in)});
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
