package dev.shunt.node.stage;

import dev.shunt.node.StageProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Makes plug-in jars as their authors would: compiled against nothing but the node's own jar. */
public final class PluginJar {

  private static final String SERVICE = "META-INF/services/" + StageProvider.class.getName();

  private PluginJar() {}

  /** The example that the documentation shows. */
  public static Path example(Path directory) throws Exception {
    Path home = Path.of(System.getProperty("shunt.home")).resolve("node/src/it/stamp-stage");
    Map<String, String> sources = new TreeMap<>();
    try (Stream<Path> files = Files.walk(home.resolve("src/main/java"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sources.put(String.valueOf(file.getFileName()), Files.readString(file));
      }
    }
    return of(
        directory.resolve("stamp.jar"),
        sources,
        Files.readString(home.resolve("src/main/resources").resolve(SERVICE)));
  }

  /**
   * @param sources by the names of their files
   * @param provider what stands in the service file; without one there is no such file
   */
  public static Path of(Path jar, Map<String, String> sources, String provider) throws Exception {
    Path work = Files.createTempDirectory(jar.getParent(), "classes");
    List<String> files = new java.util.ArrayList<>();
    for (Map.Entry<String, String> source : sources.entrySet()) {
      files.add(Files.writeString(work.resolve(source.getKey()), source.getValue()).toString());
    }
    compile(work, files);
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> all = Files.walk(work)) {
      if (!provider.isEmpty()) {
        put(out, SERVICE, provider.getBytes(StandardCharsets.UTF_8));
      }
      for (Path path : all.filter(p -> p.toString().endsWith(".class")).toList()) {
        put(out, work.relativize(path).toString(), Files.readAllBytes(path));
      }
    }
    return jar;
  }

  private static void compile(Path into, List<String> files) throws Exception {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Path node =
        Path.of(StageProvider.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> arguments =
        new java.util.ArrayList<>(
            List.of("-d", into.toString(), "-cp", node.toString(), "-proc:none"));
    arguments.addAll(files);
    if (!files.isEmpty() && compiler.run(null, null, null, arguments.toArray(String[]::new)) != 0) {
      throw new IllegalStateException("the plug-in does not compile");
    }
  }

  private static void put(JarOutputStream out, String name, byte[] bytes) throws IOException {
    out.putNextEntry(new JarEntry(name));
    out.write(bytes);
    out.closeEntry();
  }
}
