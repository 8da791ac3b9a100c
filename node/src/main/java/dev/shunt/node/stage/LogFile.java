package dev.shunt.node.stage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that lines are added to. Each batch is one system call, and the kernel puts it at the
 * file's end whole: several services or members may write to the same file.
 */
final class LogFile implements LogTarget {

  private static final Logger LOG = LoggerFactory.getLogger(LogFile.class);
  private static final FileAttribute<?> NOT_FOR_OTHERS =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));

  private final Path path;
  private @Nullable FileChannel file;
  private @Nullable Object key;

  LogFile(Path path) {
    this.path = path;
  }

  @Override
  public void open() throws IOException {
    FileChannel opened =
        FileChannel.open(
            path,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
            NOT_FOR_OTHERS);
    close();
    file = opened;
    key = keyOf();
  }

  /** Device and inode. */
  private Object keyOf() throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  @Override
  public boolean isStale() throws IOException {
    try {
      return file == null || !keyOf().equals(key);
    } catch (NoSuchFileException _) {
      return true;
    }
  }

  @Override
  public long write(ByteBuffer[] pieces) throws IOException {
    FileChannel to = file;
    if (to == null) {
      throw new IOException("it is not open");
    }
    return to.write(pieces);
  }

  @Override
  public void close() {
    FileChannel old = file;
    file = null;
    if (old != null) {
      try {
        old.close();
      } catch (IOException e) {
        LOG.warn("access log {}: {}", path, e.getMessage());
      }
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
