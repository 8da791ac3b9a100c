package dev.shunt.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressTextTest {

  @ParameterizedTest
  @CsvSource({
    "::, [::]:1",
    "::1, [::1]:1",
    "fd00::1:0:0:2, [fd00::1:0:0:2]:1",
    "2001:db8:0:1:1:1:1:1, [2001:db8:0:1:1:1:1:1]:1",
    "2001:DB8::, [2001:db8::]:1",
    "192.0.2.7, 192.0.2.7:1"
  })
  void addressesAreWrittenShort(String address, String written) {
    assertThat(AddressText.of(new InetSocketAddress(InetAddress.ofLiteral(address), 1)))
        .isEqualTo(written);
  }
}
