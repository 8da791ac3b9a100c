package dev.shunt.node.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.AddressRange;
import java.net.InetAddress;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AddressRulesTest {

  private static AddressRules rules(boolean otherwise, String... texts) {
    AddressRules.Builder rules = new AddressRules.Builder();
    for (String text : texts) {
      String[] words = text.split(" ");
      rules.add(AddressRange.parse(words[1]), words[0].equals("allow"));
    }
    return rules.build(otherwise);
  }

  private static boolean allows(AddressRules rules, String address) {
    return rules.allows(InetAddress.ofLiteral(address));
  }

  @Test
  void theFirstRangeThatHasTheAddressDecides() {
    AddressRules rules =
        rules(
            false, "deny 10.1.2.0/24", "allow 10.0.0.0/8", "allow 2001:db8:0:1::/64", "deny ::/0");
    assertThat(allows(rules, "10.1.2.3")).isFalse();
    assertThat(allows(rules, "10.1.3.3")).isTrue();
    assertThat(allows(rules, "11.1.3.3")).isFalse();
    assertThat(allows(rules, "2001:db8:0:1:ffff::1")).isTrue();
    assertThat(allows(rules, "2001:db8:0:2::1")).isFalse();
    assertThat(allows(rules(true, "deny ::/0"), "10.0.0.1")).isTrue();
    assertThat(allows(rules(true, "deny 0.0.0.0/0"), "::1")).isTrue();
    assertThat(allows(rules(false, "allow 0.0.0.0/0"), "255.255.255.255")).isTrue();
  }

  @Property
  void aRangeHasWhatItsPrefixSays(
      @ForAll @Size(16) byte[] one, @ForAll @IntRange(max = 128) int prefix, @ForAll int flip)
      throws Exception {
    AddressRange range = new AddressRange(ipv6(one), prefix);
    byte[] other = one.clone();
    int bit = Math.floorMod(flip, 128);
    other[bit / 8] ^= (byte) (0x80 >> (bit % 8));
    AddressRules.Builder rules = new AddressRules.Builder();
    rules.add(range, true);
    for (byte[] address : List.of(one, other)) {
      assertThat(rules.build(false).allows(ipv6(address))).isEqualTo(range.contains(ipv6(address)));
    }
  }

  private static InetAddress ipv6(byte[] bytes) throws Exception {
    byte[] address = bytes.clone();
    address[0] |= 0x20; // Not one that Java takes for IPv4.
    return InetAddress.getByAddress(address);
  }
}
