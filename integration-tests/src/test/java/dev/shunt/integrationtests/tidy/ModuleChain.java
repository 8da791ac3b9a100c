package dev.shunt.integrationtests.tidy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Each module may depend on those before it in the chain, and on none after it. */
final class ModuleChain {

  private static final String ARTIFACT_PREFIX = "shunt-";

  private ModuleChain() {}

  /** The modules of the parent pom, in order. */
  static List<Violation> order(TextFile parentPom) {
    List<String> expected = Arrays.stream(Module.values()).map(Module::folder).toList();
    List<String> found = texts(parse(parentPom).getElementsByTagName("module"));
    return found.equals(expected)
        ? List.of()
        : List.of(
            new Violation(
                parentPom.path(),
                1,
                "the modules are " + found,
                "they must be the chain " + expected));
  }

  /** The dependencies of a module's pom. */
  static List<Violation> dependencies(TextFile pom) {
    Module module =
        Module.ofFolder(pom.path().substring(0, Math.max(0, pom.path().indexOf('/'))))
            .orElseThrow(() -> new IllegalArgumentException(pom.path() + " is not of a module"));
    List<Violation> found = new ArrayList<>();
    NodeList dependencies = parse(pom).getElementsByTagName("dependency");
    for (int i = 0; i < dependencies.getLength(); i++) {
      String artifact =
          texts(((Element) dependencies.item(i)).getElementsByTagName("artifactId")).getFirst();
      Optional<Module> used = Module.ofFolder(artifact.replaceFirst("^" + ARTIFACT_PREFIX, ""));
      if (artifact.startsWith(ARTIFACT_PREFIX)
          && used.isPresent()
          && used.get().compareTo(module) >= 0) {
        found.add(
            new Violation(
                pom.path(),
                lineOf(pom, artifact),
                module.folder() + " depends on " + used.get().folder(),
                "the chain goes the other way: move what both need into the lower module"));
      }
    }
    return found;
  }

  private static long lineOf(TextFile pom, String artifact) {
    List<String> lines = pom.lines();
    for (int i = 0; i < lines.size(); i++) {
      // The first is the module's own name.
      if (lines.get(i).contains("<dependency>") && lines.get(i).contains(artifact)) {
        return i + 1L;
      }
    }
    return 1;
  }

  private static Element parse(TextFile pom) {
    try {
      return DocumentBuilderFactory.newDefaultInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(pom.text().getBytes(StandardCharsets.UTF_8)))
          .getDocumentElement();
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new IllegalArgumentException(pom.path() + " cannot be read", e);
    }
  }

  private static List<String> texts(NodeList nodes) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent().strip());
    }
    return texts;
  }
}
