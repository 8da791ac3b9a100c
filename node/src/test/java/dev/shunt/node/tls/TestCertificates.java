package dev.shunt.node.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.TlsKeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** An authority and certificates of it, made by the openssl command in a directory of a test. */
public final class TestCertificates {

  private static final String EC = "-newkey ec -pkeyopt ec_paramgen_curve:P-256";

  private final Path directory;

  public TestCertificates(Path directory) throws IOException {
    this.directory = directory;
    openssl("req -x509 " + EC + " -nodes -days 30 -subj /CN=authority -keyout ca.key -out ca.pem");
  }

  public Path directory() {
    return directory;
  }

  public Path authority() {
    return directory.resolve("ca.pem");
  }

  /** A certificate for names, such as {@code DNS:a.example}, valid from now for 30 days. */
  public TlsKeyPair certificate(String file, String... names) throws IOException {
    return certificate(file, EC, 30, names);
  }

  /**
   * @param newKey what openssl is told about the key
   * @param days 0 makes one that is over
   */
  public TlsKeyPair certificate(String file, String newKey, int days, String... names)
      throws IOException {
    openssl(
        "req %s -nodes -subj /CN=%s -keyout %s.key -out %s.csr"
            .formatted(newKey, file, file, file));
    Files.writeString(
        directory.resolve(file + ".ext"), "subjectAltName=" + String.join(",", names) + "\n");
    openssl(
        "x509 -req -in %s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days %d -extfile %s.ext -out %s.pem"
            .formatted(file, days, file, file));
    return new TlsKeyPair(directory.resolve(file + ".pem"), directory.resolve(file + ".key"));
  }

  /** Runs openssl in the directory; its output. */
  public String openssl(String arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments.split(" ")));
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      assertThat(process.waitFor()).as("openssl %s: %s", arguments, output).isZero();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    return output;
  }

  /** What trusts the authority, and shows a certificate of its own if there is one. */
  public SSLContext trusting(@Nullable TlsKeyPair own) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", KeyMaterial.certificates(authority()).getFirst());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        own == null ? new KeyManager[0] : keys(own), trust.getTrustManagers(), new SecureRandom());
    return context;
  }

  private static KeyManager[] keys(TlsKeyPair own)
      throws GeneralSecurityException, IOException, TlsFileException {
    KeyMaterial material = KeyMaterial.read(own);
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "own",
        material.key(),
        new char[0],
        material.chain().toArray(java.security.cert.Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, new char[0]);
    return keys.getKeyManagers();
  }
}
