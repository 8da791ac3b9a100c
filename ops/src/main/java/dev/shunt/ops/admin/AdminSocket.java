package dev.shunt.ops.admin;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;

/** The file of a Unix socket: made room for, protected, and taken away. */
final class AdminSocket {

  private static final Path OWN_PROCESS = Path.of("/proc/self");

  private AdminSocket() {}

  /**
   * Makes the folder and removes what a dead process left there.
   *
   * @throws IOException if another daemon answers on this path, or something else stands there
   */
  static void prepare(Path socket) throws IOException {
    Path folder = socket.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException("admin socket " + socket + " has no folder");
    }
    if (!Files.isDirectory(folder)) {
      createFolder(folder);
    }
    checkOwner(folder);
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    BasicFileAttributes attributes =
        Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isOther()) {
      throw new IOException(
          "admin socket " + socket + ": something that is not a socket stands there");
    }
    if (isLive(socket)) {
      throw new IOException(
          "admin socket " + socket + ": another daemon answers there; is this member running?");
    }
    Files.deleteIfExists(socket);
  }

  /** Only its owner may talk to it. */
  static void protect(Path socket) throws IOException {
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
  }

  private static void createFolder(Path folder) throws IOException {
    Path parent = folder.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      // Another member's daemon may have been faster.
      if (!Files.isDirectory(folder)) {
        throw new IOException("admin socket: folder " + folder + " cannot be made: " + e, e);
      }
    }
  }

  /** In a folder of a stranger, the stranger could put another socket in place of this one. */
  private static void checkOwner(Path folder) throws IOException {
    UserPrincipal owner = Files.getOwner(folder);
    if (Files.exists(OWN_PROCESS)
        && !owner.equals(Files.getOwner(OWN_PROCESS))
        && !owner.getName().equals("root")) {
      throw new IOException(
          "admin socket: folder "
              + folder
              + " belongs to "
              + owner.getName()
              + ", not to this user");
    }
  }

  private static boolean isLive(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException _) {
      return false;
    }
  }
}
