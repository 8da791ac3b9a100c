package dev.shunt.node.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.Server;
import dev.shunt.node.SniRoute;
import dev.shunt.node.TcpRelay;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SniTableTest {

  private static final List<Server> SERVERS =
      Stream.of("a", "b", "c")
          .map(name ->
              new Server(name, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), 1))
          .toList();
  private static final SniRoute EXACT = new SniRoute(List.of("x.a.example"), List.of("a"));
  private static final SniRoute WILD = new SniRoute(List.of("*.a.example"), List.of("b", "c"));

  private static String servers(SniTable table, String name) {
    int group = table.group(name);
    return group == SniTable.NONE ? "none" : table.groups().get(group).toString();
  }

  @Test
  void aNameOfItsOwnGoesBeforeAWildcardAndThatBeforeTheRest() {
    SniTable table = new SniTable(TcpRelay.DEFAULT.with(List.of("c"), WILD, EXACT), SERVERS);
    assertThat(servers(table, "x.a.example")).isEqualTo("{0}");
    assertThat(servers(table, "y.a.example")).isEqualTo("{1, 2}");
    assertThat(servers(table, "a.example")).isEqualTo("{2}");
    assertThat(servers(table, "x.y.a.example")).isEqualTo("{2}");
    assertThat(table.groups().get(table.group(null)).toString()).isEqualTo("{2}");
  }

  @Test
  void withoutServersForTheRestThereAreNone() {
    SniTable table = new SniTable(TcpRelay.DEFAULT.with(List.of(), EXACT), SERVERS);
    assertThat(servers(table, "y.a.example")).isEqualTo("none");
    assertThat(table.group(null)).isEqualTo(SniTable.NONE);
  }
}
