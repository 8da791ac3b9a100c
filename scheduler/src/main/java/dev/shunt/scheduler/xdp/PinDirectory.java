package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.DataPlaneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of the BPF file system where one member's maps and link stay while no process holds
 * them. One process at a time has it.
 */
final class PinDirectory implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PinDirectory.class);

  /** Where the BPF file system is mounted. */
  static final Path ROOT = Path.of("/sys/fs/bpf");

  private static final String FILE_SYSTEM = "bpf";

  /** {@code BPF_FS_MAGIC} of statfs(2). */
  private static final long MAGIC = 0xcafe4a11L;

  private final Path path;
  private final int lock;

  private PinDirectory(Path path, int lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Makes the folder if need be, mounting the file system if that is missing, and takes hold of it.
   *
   * @throws DataPlaneException if another process has it
   */
  static PinDirectory open(Path path) throws DataPlaneException {
    checkPath(path);
    mountIfMissing();
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new DataPlaneException("creating pin directory " + path + ": " + e.getMessage(), e);
    }
    int lock = openFolder(path);
    if (LibC.flock(lock, LibC.LOCK_EX | LibC.LOCK_NB) < 0) {
      int errno = Native.errno();
      LibC.close(lock);
      throw errno == LibC.EAGAIN
          ? new DataPlaneException("pin directory " + path + ": in use by another process")
          : Native.failure("locking pin directory", path.toString(), errno);
    }
    return new PinDirectory(path, lock);
  }

  private static void checkPath(Path path) throws DataPlaneException {
    // The kernel reserves names with dots and says only EPERM.
    if (!path.isAbsolute()
        || !path.startsWith(ROOT)
        || path.equals(ROOT)
        || ROOT.relativize(path).toString().contains(".")) {
      throw new DataPlaneException(
          "pin directory %s: allowed is an absolute path below %s without dots"
              .formatted(path, ROOT));
    }
  }

  /** Several members may start at once; a second mount would hide the pins of the first. */
  private static void mountIfMissing() throws DataPlaneException {
    int lock = openFolder(ROOT);
    try {
      Native.check(LibC.flock(lock, LibC.LOCK_EX), "locking", ROOT.toString());
      // Not by java.nio's FileStore, which takes the lowest of several mounts for the one in use.
      if (LibC.fileSystem(ROOT.toString()) != MAGIC) {
        int result = LibC.mount(FILE_SYSTEM, ROOT.toString(), FILE_SYSTEM);
        Native.check(result, "mounting the BPF file system on", ROOT.toString());
        LOG.info("mounted the BPF file system on {}", ROOT);
      }
    } finally {
      LibC.close(lock);
    }
  }

  private static int openFolder(Path folder) throws DataPlaneException {
    int fd = LibC.open(folder.toString(), LibC.O_RDONLY | LibC.O_CLOEXEC);
    return Native.check(fd, "opening folder", folder.toString());
  }

  Path path() {
    return path;
  }

  /** The pin of a map or link. */
  Path pin(String name) {
    return path.resolve(name);
  }

  /** Removes every pin; what nothing else holds ends with it. */
  void clear() throws DataPlaneException {
    for (Path pin : pins()) {
      delete(pin);
    }
  }

  /** Removes the folder itself, which must be empty. */
  void delete() throws DataPlaneException {
    delete(path);
  }

  static void delete(Path pin) throws DataPlaneException {
    try {
      Files.deleteIfExists(pin);
    } catch (IOException e) {
      throw new DataPlaneException("removing pin " + pin + ": " + e.getMessage(), e);
    }
  }

  private List<Path> pins() throws DataPlaneException {
    try (Stream<Path> files = Files.list(path)) {
      return files.toList();
    } catch (IOException e) {
      throw new DataPlaneException("listing pin directory " + path + ": " + e.getMessage(), e);
    }
  }

  /** Lets another process have the folder; the pins stay. */
  @Override
  public void close() {
    LibC.close(lock);
  }
}
