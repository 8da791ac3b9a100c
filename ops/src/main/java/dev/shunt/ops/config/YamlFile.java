package dev.shunt.ops.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads the bytes of a configuration into a tree of YAML nodes that know their places. */
final class YamlFile {

  /** A configuration of the largest array takes a tenth of it. */
  static final int MAX_BYTES = 1 << 20;

  /** How many aliases ({@code *name}) of lists and mappings may stand in a file. */
  static final int MAX_ALIASES = 50;

  private static final int MAX_NESTING = 32;

  private YamlFile() {}

  static String read(Path path, Problems problems) throws ConfigException {
    try {
      if (Files.isDirectory(path)) {
        problems.file("is a directory, not a file");
      } else {
        return decode(readBounded(path, problems), problems);
      }
    } catch (NoSuchFileException e) {
      problems.file("there is no such file");
    } catch (AccessDeniedException e) {
      problems.file("may not be read by this user");
    } catch (IOException e) {
      problems.file("cannot be read: " + e.getMessage());
    }
    problems.throwIfAny();
    throw new IllegalStateException("an unreadable file is a problem");
  }

  /** The top of the first and only document. */
  static Value parse(String text, Problems problems) throws ConfigException {
    try {
      checkNesting(text, problems);
      Iterator<Node> documents = new Compose(settings()).composeAllFromString(text).iterator();
      if (documents.hasNext()) {
        Node root = documents.next();
        if (documents.hasNext()) {
          Node second = documents.next();
          new Value("", second, problems).report("a second document", "one document");
          problems.throwIfAny();
        }
        return new Value("", root, problems);
      }
      problems.file("is empty; the smallest configuration has one service");
    } catch (MarkedYamlEngineException e) {
      report(e, problems);
    } catch (YamlEngineException e) {
      problems.file("is not YAML: " + Value.printable(String.valueOf(e.getMessage()), 200));
    }
    problems.throwIfAny();
    throw new IllegalStateException("a file without a document is a problem");
  }

  private static LoadSettings settings() {
    return LoadSettings.builder()
        .setCodePointLimit(MAX_BYTES)
        .setMaxAliasesForCollections(MAX_ALIASES)
        .setAllowRecursiveKeys(false)
        .setAllowNonScalarKeys(true)
        .build();
  }

  private static void report(MarkedYamlEngineException e, Problems problems) {
    String problem = Value.printable(e.getProblem() == null ? "" : e.getProblem(), 160);
    Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
    if (mark == null) {
      problems.file("is not YAML: " + problem);
      return;
    }
    boolean tab = problem.contains("TAB") || problem.contains("'\\t'");
    problems.at(
        mark,
        "",
        "not YAML: " + problem,
        "",
        tab ? "YAML is indented with spaces, never with tabs" : "");
  }

  /** The composer recurses and the parser does not, so depth is bounded by the parser's events. */
  private static void checkNesting(String text, Problems problems) throws ConfigException {
    int depth = 0;
    for (Event event : new Parse(settings()).parseString(text)) {
      depth +=
          switch (event.getEventId()) {
            case SequenceStart, MappingStart -> 1;
            case SequenceEnd, MappingEnd -> -1;
            default -> 0;
          };
      if (depth > MAX_NESTING) {
        String allowed = "at most " + MAX_NESTING + " levels";
        Mark mark = event.getStartMark().orElseThrow();
        problems.at(mark, "", "lists and mappings nested too deeply", allowed, "");
        problems.throwIfAny();
      }
    }
  }

  private static byte[] readBounded(Path path, Problems problems)
      throws IOException, ConfigException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        problems.file("is larger than 1 MiB, the most a configuration may have");
        problems.throwIfAny();
      }
      return bytes;
    }
  }

  private static String decode(byte[] bytes, Problems problems) throws ConfigException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      problems.file("is not UTF-8 text");
      problems.throwIfAny();
      throw new IllegalStateException("a file that is not text is a problem", e);
    }
  }
}
