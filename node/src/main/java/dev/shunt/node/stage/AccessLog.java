package dev.shunt.node.stage;

import dev.shunt.cluster.Ticker;
import dev.shunt.node.Stage;
import dev.shunt.node.StageContext;
import dev.shunt.node.StageFactory;
import dev.shunt.node.StageProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The access log: a line for each request that is over, however it ended, and for those that were
 * refused before any stage saw them. As the first stage of its service it sees what others answer.
 *
 * <p>Settings: {@code format} ({@code json}, the default, or {@code combined}), {@code file} (a
 * path of its own, relative to the member's directory; without it lines go to the normal log).
 *
 * <p>Requests never wait for it: when the disk is slow or full, lines are dropped and counted.
 */
public final class AccessLog implements StageProvider {

  public static final String NAME = "access-log";
  private static final String KEY_FORMAT = "format";
  private static final String KEY_FILE = "file";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public StageFactory configure(StageContext context) {
    context.allow(Set.of(KEY_FORMAT, KEY_FILE));
    String format = context.setting(KEY_FORMAT, "json");
    Supplier<LogLine> lines =
        switch (format) {
          case "json" -> JsonLine::new;
          case "combined" -> CombinedLine::new;
          default ->
              throw new IllegalArgumentException(
                  KEY_FORMAT + ": found '" + format + "', allowed is json or combined");
        };
    Factory factory =
        new Factory(
            Optional.ofNullable(context.settings().get(KEY_FILE))
                .map(file -> context.directory().resolve(path(file))),
            context.directory(),
            lines,
            context.clock());
    context.meters().counter("access_log_dropped", factory.writer::dropped);
    return factory;
  }

  private static Path path(String file) {
    try {
      Path path = Path.of(file);
      if (!file.isBlank() && path.getFileName() != null) {
        return path;
      }
    } catch (InvalidPathException _) {
      // Said below.
    }
    throw new IllegalArgumentException(
        KEY_FILE + ": found '" + file + "', allowed is the path of a file");
  }

  /** The log of one service. */
  private static final class Factory implements StageFactory {

    private final String name;
    private final Optional<Path> file;
    private final Path directory;
    private final Supplier<LogLine> lines;
    private final InstantSource clock;
    private final LogWriter writer;

    Factory(Optional<Path> file, Path directory, Supplier<LogLine> lines, InstantSource clock) {
      LogTarget target = file.<LogTarget>map(LogFile::new).orElseGet(NormalLog::new);
      this.name = target.toString();
      this.file = file;
      this.directory = directory;
      this.lines = lines;
      this.clock = clock;
      this.writer = new LogWriter(target, Ticker.system());
    }

    @Override
    public void start() throws IOException {
      try {
        if (file.isPresent() && file.get().startsWith(directory)) {
          Files.createDirectories(directory);
        }
        writer.start();
      } catch (IOException e) {
        throw new IOException(
            KEY_FILE + ": " + name + " cannot be opened, allowed is a file that can be written", e);
      }
    }

    @Override
    public Stage get() {
      return new AccessLogStage(lines.get(), writer, clock);
    }

    @Override
    public void close() {
      writer.close();
    }
  }
}
