package dev.shunt.ops.cli;

import dev.shunt.ops.config.HostEnvironment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which daemon a command talks to. */
final class DaemonOptions {

  private static final Pattern PORT = Pattern.compile("(?:127\\.0\\.0\\.1:)?([0-9]{1,5})");
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Mixin MemberOptions member = new MemberOptions();

  @Option(
      names = "--admin",
      paramLabel = "PORT",
      description = "Ask over TCP on 127.0.0.1 instead (questions only).")
  @Nullable String admin;

  AdminClient client(HostEnvironment environment) throws CommandException {
    return new AdminClient(address(environment), PATIENCE);
  }

  /**
   * Every daemon that answers on this host, by the names of their sockets; if a socket is given,
   * those in its folder.
   */
  Map<String, AdminClient> all(HostEnvironment environment) {
    Map<String, AdminClient> clients = new TreeMap<>();
    List<Path> folders =
        member.socket == null
            ? environment.runtimeDirectories()
            : Optional.ofNullable(member.socket.toAbsolutePath().getParent()).stream().toList();
    for (Path path : live(folders, "*.sock")) {
      clients.put(name(path), new AdminClient(UnixDomainSocketAddress.of(path), PATIENCE));
    }
    return clients;
  }

  private static String name(Path socket) {
    return String.valueOf(socket.getFileName()).replaceFirst("\\.sock$", "");
  }

  private SocketAddress address(HostEnvironment environment) throws CommandException {
    if (admin != null) {
      return tcp(admin);
    }
    if (member.socket != null) {
      return unix(member.socket);
    }
    String name = member.name;
    if (name == null && environment.variable("SHUNT_SOCKET").isPresent()) {
      return unix(Path.of(environment.variable("SHUNT_SOCKET").orElseThrow()));
    }
    List<Path> live =
        live(environment.runtimeDirectories(), name == null ? "*.sock" : name + ".sock");
    if (live.isEmpty()) {
      String folders =
          environment.runtimeDirectories().stream()
              .map(Path::toString)
              .collect(Collectors.joining(" and "));
      throw new CommandException(
          ExitCode.UNREACHABLE,
          "no daemon%s answers in %s; is it running? --socket names its socket"
              .formatted(name == null ? "" : " of member " + name, folders));
    }
    if (live.size() > 1) {
      String names = live.stream().map(DaemonOptions::name).collect(Collectors.joining(", "));
      throw new CommandException(
          ExitCode.USAGE, "several daemons run here: choose with --member one of " + names);
    }
    return unix(live.getFirst());
  }

  private static SocketAddress tcp(String text) throws CommandException {
    Matcher matcher = PORT.matcher(text);
    int port = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    if (port < 1 || port > 65_535) {
      throw new CommandException(
          ExitCode.USAGE, "--admin: found '" + text + "', allowed is a port of 127.0.0.1");
    }
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
  }

  private static SocketAddress unix(Path path) throws CommandException {
    if (!Files.exists(path)) {
      throw new CommandException(
          ExitCode.UNREACHABLE, "no daemon answers: there is no socket " + path);
    }
    return UnixDomainSocketAddress.of(path);
  }

  private static List<Path> live(List<Path> folders, String glob) {
    List<Path> live = new ArrayList<>();
    for (Path folder : folders) {
      try (DirectoryStream<Path> sockets = Files.newDirectoryStream(folder, glob)) {
        for (Path path : sockets) {
          if (answers(path)) {
            live.add(path);
          }
        }
      } catch (IOException _) {
        // No folder, or not readable: no daemon of this user's there.
      }
    }
    return live;
  }

  private static boolean answers(Path path) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      return channel.isConnected();
    } catch (IOException _) {
      return false;
    }
  }
}
