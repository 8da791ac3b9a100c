package dev.shunt.node.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyedHashTest {

  private static final byte[] KEY = bytes(16);

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  /** From OpenSSL: {@code openssl mac -macopt hexkey:00…0f -macopt size:16 -in FILE SIPHASH}. */
  @ParameterizedTest
  @CsvSource({
    "0, A3817F04BA25A8E66DF67214C7550293",
    "1, DA87C1D86B99AF44347659119B22FC45",
    "2, 8177228DA4A45DC7FCA38BDEF60AFFE4",
    "8, 3B62A9BA6258F5610F83E264F31497B4",
    "9, 264499060AD9BAABC47F8B02BB6D71ED",
  })
  void itIsSipHashWith128Bits(int length, String expected) {
    KeyedHash hash = new KeyedHash(KEY).begin();
    for (byte each : bytes(length)) {
      hash.add(each);
    }
    hash.end();
    String found =
        HexFormat.of().toHexDigits(Long.reverseBytes(hash.high()))
            + HexFormat.of().toHexDigits(Long.reverseBytes(hash.low()));
    assertThat(found).isEqualToIgnoringCase(expected);
  }

  @Test
  void purposesHaveKeysOfTheirOwn() {
    KeyedHash one = KeyedHash.of(KEY, "a").begin().add("id").end();
    KeyedHash other = KeyedHash.of(KEY, "b").begin().add("id").end();
    KeyedHash same = KeyedHash.of(KEY, "a").begin().add("id").end();
    assertThat(one.low()).isNotEqualTo(other.low()).isEqualTo(same.low());
    assertThat(one.high()).isNotEqualTo(other.high()).isEqualTo(same.high());
  }
}
