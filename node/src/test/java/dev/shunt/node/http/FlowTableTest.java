package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whose sessions there are, and who was heard of last. */
class FlowTableTest {

  private static final byte[] KEY = new byte[16];

  private static InetSocketAddress address(Random random) throws UnknownHostException {
    byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
    bytes[bytes.length - 1] = (byte) random.nextInt(8);
    bytes[0] = (byte) (bytes.length == 4 ? 10 : 0xfd);
    return new InetSocketAddress(InetAddress.getByAddress(bytes), 1 + random.nextInt(40));
  }

  /** Against a map that does the same, in the same order. */
  @Test
  void findsWhatIsThereAndKnowsTheOldest() throws Exception {
    Random random = new Random(1);
    FlowTable<InetSocketAddress> table = new FlowTable<>(KEY);
    Map<InetSocketAddress, FlowTable.Entry<InetSocketAddress>> model =
        new LinkedHashMap<>(16, 0.75f, true);
    for (int i = 0; i < 200_000; i++) {
      InetSocketAddress client = address(random);
      FlowTable.Entry<InetSocketAddress> known = model.get(client);
      assertThat(table.find(client)).isEqualTo(known == null ? null : client);
      if (known == null) {
        model.put(client, table.add(client, client));
      } else if (random.nextInt(2) == 0) {
        model.remove(client);
        table.remove(known);
        table.remove(known);
      }
      assertThat(table.size()).isEqualTo(model.size());
      assertThat(table.oldest())
          .isEqualTo(model.isEmpty() ? null : model.keySet().iterator().next());
    }
  }

  @Test
  void anIpv4AddressIsAnotherThanTheSameBytesOfIpv6() throws Exception {
    FlowTable<String> table = new FlowTable<>(KEY);
    byte[] six = new byte[16];
    six[15] = 1;
    InetSocketAddress four =
        new InetSocketAddress(InetAddress.getByAddress(new byte[] {0, 0, 0, 1}), 5);
    table.add(four, "four");
    assertThat(table.find(new InetSocketAddress(InetAddress.getByAddress(six), 5))).isNull();
    assertThat(table.find(four)).isEqualTo("four");
  }
}
