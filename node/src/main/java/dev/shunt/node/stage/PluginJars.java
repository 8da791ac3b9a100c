package dev.shunt.node.stage;

import dev.shunt.node.Stage;
import dev.shunt.node.StageProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.jar.JarFile;

/**
 * The plug-in jars of a directory, each with a class loader of its own behind the node's: what the
 * node has is the node's, and plug-ins do not see each other.
 */
public final class PluginJars {

  public static final int MAX_JARS = 64;

  private static final String SERVICE = "META-INF/services/" + StageProvider.class.getName();

  private PluginJars() {}

  /**
   * Loads every {@code *.jar} of a directory, in the order of their names; class loaders stay open
   * as long as the process runs.
   *
   * @return the stages' providers by the name of their jar
   * @throws IllegalArgumentException when the directory cannot be read or a jar is not a plug-in of
   *     this version; the message names it, what was found, and what is allowed
   */
  public static Map<String, List<StageProvider>> load(Path directory) {
    Map<String, List<StageProvider>> plugins = new TreeMap<>();
    for (Path jar : jars(directory)) {
      plugins.put(String.valueOf(jar.getFileName()), providers(jar));
    }
    return plugins;
  }

  private static NavigableSet<Path> jars(Path directory) {
    NavigableSet<Path> jars = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.jar")) {
      files.forEach(jars::add);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "found %s, which cannot be read, allowed is a directory with plug-in jars"
              .formatted(directory),
          e);
    }
    if (jars.size() > MAX_JARS) {
      throw new IllegalArgumentException(
          "found %d jars in %s, allowed is at most %d".formatted(jars.size(), directory, MAX_JARS));
    }
    return jars;
  }

  @SuppressWarnings("ReferenceEquality") // It is about this very loader.
  private static List<StageProvider> providers(Path jar) {
    List<StageProvider> providers = new ArrayList<>();
    try {
      checkNames(jar);
      // Stays open: classes are loaded when they are needed.
      URLClassLoader loader =
          new URLClassLoader(
              "plug-in " + jar.getFileName(),
              new URL[] {jar.toUri().toURL()},
              StageProvider.class.getClassLoader());
      Predicate<ServiceLoader.Provider<StageProvider>> own =
          provider -> provider.type().getClassLoader() == loader;
      ServiceLoader.load(StageProvider.class, loader).stream()
          .filter(own)
          .map(ServiceLoader.Provider::get)
          .forEach(providers::add);
      for (StageProvider provider : providers) {
        checkVersion(provider);
      }
    } catch (IOException | RuntimeException | ServiceConfigurationError | LinkageError e) {
      throw new IllegalArgumentException("plug-in %s: %s".formatted(jar, reason(e)), e);
    }
    return providers;
  }

  private static void checkNames(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      if (file.getEntry(SERVICE) == null) {
        throw new IOException("found no %s, allowed is a jar that has it".formatted(SERVICE));
      }
    }
  }

  private static void checkVersion(StageProvider provider) throws IOException {
    int version = provider.apiVersion();
    if (version != Stage.API_VERSION) {
      throw new IOException(
          "found %s of stage API %d, allowed is %d: build it against this version"
              .formatted(provider.getClass().getName(), version, Stage.API_VERSION));
    }
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure.getCause();
    String message = String.valueOf(failure.getMessage());
    return cause == null ? message : message + " (" + cause + ")";
  }
}
