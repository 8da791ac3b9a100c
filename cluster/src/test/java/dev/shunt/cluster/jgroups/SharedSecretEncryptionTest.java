package dev.shunt.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.ClusterSecret;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import org.junit.jupiter.api.Test;

class SharedSecretEncryptionTest {

  private static byte[] key(String secret, String array) throws Exception {
    byte[] bytes = secret.getBytes(StandardCharsets.US_ASCII);
    return SharedSecretEncryption.deriveKey(new ClusterSecret(bytes), array).getEncoded();
  }

  @Test
  void theKeyDependsOnTheSecretAndOnTheArray() throws Exception {
    byte[] key = key("0123456789abcdef", "one");
    assertThat(key).hasSize(32).isEqualTo(key("0123456789abcdef", "one"));
    assertThat(key).isNotEqualTo(key("0123456789abcdeF", "one"));
    assertThat(key).isNotEqualTo(key("0123456789abcdef", "two"));
  }

  @Test
  void theProviderIsNotInstalledForEverybody() throws Exception {
    key("0123456789abcdef", "one");
    SharedSecretEncryption.with(new ClusterSecret(new byte[16]), "one").init();
    assertThat(Security.getProvider("BC")).isNull();
  }
}
