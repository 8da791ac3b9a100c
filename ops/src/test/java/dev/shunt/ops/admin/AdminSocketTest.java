package dev.shunt.ops.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminSocketTest {

  @TempDir Path folder = Path.of("/nowhere");

  @Test
  void whatADeadProcessLeftIsRemoved() throws IOException {
    Path socket = folder.resolve("x.sock");
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(Files.exists(socket, LinkOption.NOFOLLOW_LINKS)).isTrue();
    AdminSocket.prepare(socket);
    assertThat(Files.exists(socket, LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void aLiveDaemonsSocketIsLeftAlone() throws IOException {
    Path socket = folder.resolve("x.sock");
    try (ServerSocketChannel live = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      live.bind(UnixDomainSocketAddress.of(socket));
      assertThatThrownBy(() -> AdminSocket.prepare(socket))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "admin socket " + socket + ": another daemon answers there; is this member running?");
      assertThat(Files.exists(socket, LinkOption.NOFOLLOW_LINKS)).isTrue();
    }
  }

  @Test
  void aFileThatIsNoSocketIsLeftAlone() throws IOException {
    Path file = Files.writeString(folder.resolve("x.sock"), "precious");
    assertThatThrownBy(() -> AdminSocket.prepare(file))
        .hasMessage("admin socket " + file + ": something that is not a socket stands there");
    assertThat(file).hasContent("precious");
  }

  @Test
  void aLinkIsNotFollowed() throws IOException {
    Path precious = Files.writeString(folder.resolve("precious"), "precious");
    Path link = Files.createSymbolicLink(folder.resolve("x.sock"), precious);
    assertThatThrownBy(() -> AdminSocket.prepare(link)).isInstanceOf(IOException.class);
    assertThat(precious).hasContent("precious");
  }
}
