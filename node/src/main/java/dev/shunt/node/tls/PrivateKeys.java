package dev.shunt.node.tls;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;

/**
 * Private keys in the three forms that openssl writes: PKCS #8, PKCS #1 (RSA) and SEC 1 (EC), of
 * which Java reads only the first, so that the others are put into its clothes.
 */
final class PrivateKeys {

  private static final String ALLOWED =
      "a private key in PEM without a passphrase, RSA of 2048 bits or more, or EC";
  private static final int MIN_RSA_BITS = 2048;

  private static final int INTEGER = 0x02;
  private static final int OCTETS = 0x04;
  private static final int SEQUENCE = 0x30;
  private static final int EC_PARAMETERS = 0xA0;
  private static final byte[] VERSION_0 = {INTEGER, 1, 0};

  /** rsaEncryption, without parameters (RFC 8017). */
  private static final byte[] RSA = {
    SEQUENCE, 13, 6, 9, 42, (byte) 0x86, 72, (byte) 0x86, (byte) 0xF7, 13, 1, 1, 1, 5, 0
  };

  /** The identifier id-ecPublicKey (RFC 5480). */
  private static final byte[] EC = {6, 7, 42, (byte) 0x86, 72, (byte) 0xCE, 61, 2, 1};

  private PrivateKeys() {}

  /** The only private key of a file. */
  static PrivateKey read(PemFile file) throws TlsFileException {
    List<PemFile.Part> keys =
        file.parts().stream().filter(part -> part.label.endsWith("PRIVATE KEY")).toList();
    if (keys.size() != 1) {
      throw new TlsFileException(
          file.path(),
          keys.isEmpty() ? file.describe() + " and no private key" : keys.size() + " private keys",
          ALLOWED);
    }
    PemFile.Part part = keys.getFirst();
    try {
      return checked(
          file,
          switch (part.label) {
            case "PRIVATE KEY" -> decode(part.encoded);
            case "RSA PRIVATE KEY" -> decode(wrap(RSA, part.encoded));
            case "EC PRIVATE KEY" -> decode(wrap(ecAlgorithm(part.encoded), part.encoded));
            default -> throw new TlsFileException(file.path(), part.label, ALLOWED);
          });
    } catch (GeneralSecurityException | IndexOutOfBoundsException _) {
      throw new TlsFileException(
          file.path(), "a private key that is damaged, encrypted or of another kind", ALLOWED);
    }
  }

  private static PrivateKey checked(PemFile file, PrivateKey key) throws TlsFileException {
    if (key instanceof RSAPrivateKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
      throw new TlsFileException(
          file.path(), "an RSA key of " + rsa.getModulus().bitLength() + " bits", ALLOWED);
    }
    return key;
  }

  private static PrivateKey decode(byte[] pkcs8) throws GeneralSecurityException {
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
    try {
      return (RSAPrivateKey) KeyFactory.getInstance("RSA").generatePrivate(spec);
    } catch (GeneralSecurityException _) {
      return (ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(spec);
    }
  }

  private static byte[] wrap(byte[] algorithm, byte[] key) {
    return der(SEQUENCE, VERSION_0, algorithm, der(OCTETS, key));
  }

  /** The curve, which SEC 1 keeps behind the key itself. */
  private static byte[] ecAlgorithm(byte[] sec1) {
    int at = contentOf(sec1, 0);
    at = next(sec1, at);
    at = next(sec1, at);
    if ((sec1[at] & 0xFF) != EC_PARAMETERS) {
      throw new IndexOutOfBoundsException("no curve");
    }
    return der(SEQUENCE, EC, Arrays.copyOfRange(sec1, contentOf(sec1, at), next(sec1, at)));
  }

  private static int contentOf(byte[] der, int at) {
    int first = der[at + 1] & 0xFF;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7F);
  }

  private static int next(byte[] der, int at) {
    int content = contentOf(der, at);
    int length = der[at + 1] & 0xFF;
    if (length >= 0x80) {
      length = 0;
      for (int i = at + 2; i < content; i++) {
        length = (length << 8) | (der[i] & 0xFF);
      }
    }
    return Math.addExact(content, length);
  }

  private static byte[] der(int tag, byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    byte[] head =
        length < 0x80
            ? new byte[] {(byte) tag, (byte) length}
            : new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
    byte[] all = Arrays.copyOf(head, head.length + length);
    int at = head.length;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
