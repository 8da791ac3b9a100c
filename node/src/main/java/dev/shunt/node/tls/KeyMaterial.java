package dev.shunt.node.tls;

import dev.shunt.node.TlsKeyPair;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate with those that vouch for it and its private key, as read and checked.
 *
 * @param chain the certificate itself first
 * @param key that belongs to it
 */
public record KeyMaterial(List<X509Certificate> chain, PrivateKey key) {

  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;
  private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=([^,+\"\\\\]+)");

  public KeyMaterial {
    chain = List.copyOf(chain);
  }

  /**
   * Reads the files of a pair.
   *
   * @throws TlsFileException when one cannot be read, is not what it should be, or the two do not
   *     belong together; never for a certificate's dates
   */
  public static KeyMaterial read(TlsKeyPair files) throws TlsFileException {
    List<X509Certificate> chain = certificates(files.certificate());
    PrivateKey key = PrivateKeys.read(PemFile.read(files.key()));
    if (!belongTogether(chain.getFirst().getPublicKey(), key)) {
      throw new TlsFileException(
          files.key(),
          "a key that is not that of the first certificate in " + files.certificate(),
          "the private key of that certificate");
    }
    return new KeyMaterial(chain, key);
  }

  /**
   * Reads all certificates of a file, at least one.
   *
   * @throws TlsFileException when it cannot be read or holds none
   */
  public static List<X509Certificate> certificates(Path path) throws TlsFileException {
    PemFile file = PemFile.read(path);
    List<X509Certificate> certificates = new ArrayList<>();
    for (PemFile.Part part : file.parts()) {
      if (part.label.equals("CERTIFICATE")) {
        try {
          certificates.add(
              (X509Certificate)
                  CertificateFactory.getInstance("X.509")
                      .generateCertificate(new ByteArrayInputStream(part.encoded)));
        } catch (GeneralSecurityException _) {
          throw new TlsFileException(
              path,
              "certificate %d is damaged".formatted(certificates.size() + 1),
              "X.509 certificates in PEM");
        }
      }
    }
    if (certificates.isEmpty()) {
      throw new TlsFileException(
          path, file.describe() + " and no certificate", "X.509 certificates in PEM");
    }
    return certificates;
  }

  /** The host names and addresses that the certificate is for, in lower case. */
  public Set<String> names() {
    X509Certificate certificate = chain.getFirst();
    Set<String> names = new LinkedHashSet<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> name : alternatives) {
          int type = (Integer) name.getFirst();
          if (type == DNS_NAME || type == IP_ADDRESS) {
            names.add(name.get(1).toString().toLowerCase(Locale.ROOT));
          }
        }
        return names;
      }
    } catch (CertificateParsingException _) {
      // It names nothing that could be asked for.
      return names;
    }
    Matcher common = COMMON_NAME.matcher(certificate.getSubjectX500Principal().getName());
    if (common.find()) {
      names.add(common.group(1).toLowerCase(Locale.ROOT));
    }
    return names;
  }

  private static boolean belongTogether(PublicKey publicKey, PrivateKey key) {
    if (!publicKey.getAlgorithm().equals(key.getAlgorithm())) {
      return false;
    }
    String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    byte[] sample = {1, 2, 3};
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(sample);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(sample);
      return signature.verify(signed);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }
}
