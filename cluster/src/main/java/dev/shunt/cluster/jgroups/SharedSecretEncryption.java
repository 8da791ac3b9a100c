package dev.shunt.cluster.jgroups;

import dev.shunt.cluster.ClusterSecret;
import dev.shunt.cluster.local.OncePerMinute;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.concurrent.atomic.LongAdder;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jgroups.Address;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.SYM_ENCRYPT;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encrypts and authenticates with AES/GCM under a key that is derived from the array's secret
 * (HKDF-SHA256, RFC 5869, salted with the array's name).
 *
 * <p>Its base class hands GCM's nonce to the cipher as a plain initialization vector, which the
 * JDK's provider does not take and Bouncy Castle's does. The provider is used as an object and not
 * installed for the whole virtual machine.
 */
@SuppressWarnings("unchecked") // about an inherited method whose generics javac cannot check
final class SharedSecretEncryption extends SYM_ENCRYPT {

  private static final Logger LOG = LoggerFactory.getLogger(SharedSecretEncryption.class);
  private static final byte[] PURPOSE = "shunt membership 1".getBytes(StandardCharsets.US_ASCII);
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

  private final OncePerMinute complaints = new OncePerMinute();
  private final LongAdder foreign = new LongAdder();

  private SharedSecretEncryption() {
    setId(ClassConfigurator.getProtocolId(SYM_ENCRYPT.class));
  }

  static SharedSecretEncryption with(ClusterSecret secret, String arrayName)
      throws GeneralSecurityException {
    SharedSecretEncryption encryption = new SharedSecretEncryption();
    encryption.symAlgorithm("AES/GCM/NoPadding").symIvLength(NONCE_BYTES);
    encryption.setSecretKey(deriveKey(secret, arrayName));
    return encryption;
  }

  static SecretKey deriveKey(ClusterSecret secret, String arrayName)
      throws GeneralSecurityException {
    return KDF.getInstance("HKDF-SHA256")
        .deriveKey(
            "AES",
            HKDFParameterSpec.ofExtract()
                .addIKM(secret.bytes())
                .addSalt(arrayName.getBytes(StandardCharsets.UTF_8))
                .thenExpand(PURPOSE, KEY_BYTES));
  }

  /** How many messages were sealed with another secret. */
  long foreign() {
    return foreign.sum();
  }

  @Override
  protected Cipher createCipher(String algorithm) throws Exception {
    return Cipher.getInstance(algorithm, BOUNCY_CASTLE);
  }

  /** Only asked about messages sealed with another key: there is no other that would do. */
  @Override
  protected boolean inView(Address sender, String error) {
    foreign.increment();
    if (complaints.mayComplain("secret")) {
      LOG.warn(
          "ignored messages of '{}': sealed with another secret than this member's ({} in all)",
          sender,
          foreign());
    }
    return false;
  }
}
