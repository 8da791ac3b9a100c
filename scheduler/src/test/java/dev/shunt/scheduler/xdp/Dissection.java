package dev.shunt.scheduler.xdp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What an independent decoder says about a frame: its layers in order, with their fields. */
final class Dissection {

  /** Fields by name, as the decoder shows them; of a name that comes twice the first. */
  record Layer(String name, int at, int bytes, Map<String, String> fields) {

    String field(String field) {
      return fields.getOrDefault(field, "nothing");
    }
  }

  private final List<Layer> layers = new ArrayList<>();

  private Dissection() {}

  /**
   * @param packet an element of PDML
   */
  static Dissection of(Element packet) {
    Dissection dissection = new Dissection();
    NodeList protocols = packet.getElementsByTagName("proto");
    for (int i = 0; i < protocols.getLength(); i++) {
      Element protocol = (Element) protocols.item(i);
      String name = protocol.getAttribute("name");
      if (name.equals("geninfo") || name.equals("frame")) {
        continue;
      }
      Map<String, String> fields = new HashMap<>();
      NodeList found = protocol.getElementsByTagName("field");
      // What no protocol claims is in a field that stands in for one, and in that the bytes.
      boolean claimed = !name.equals("fake-field-wrapper");
      Element placed = claimed ? protocol : (Element) found.item(1);
      for (int j = 0; j < found.getLength(); j++) {
        Element field = (Element) found.item(j);
        fields.putIfAbsent(field.getAttribute("name"), field.getAttribute("show"));
      }
      dissection.layers.add(
          new Layer(
              claimed ? name : "data",
              Integer.parseInt(placed.getAttribute("pos")),
              Integer.parseInt(placed.getAttribute("size")),
              fields));
    }
    return dissection;
  }

  List<Layer> layers() {
    return List.copyOf(layers);
  }

  List<Layer> layers(String name) {
    return layers.stream().filter(layer -> layer.name.equals(name)).toList();
  }

  /** From the outside to the inside, such as {@code eth ip udp mpls ip tcp}. */
  String shape() {
    return String.join(" ", layers.stream().map(Layer::name).toList());
  }

  /** The labels, top first: {@code label/tc/s/ttl}. */
  List<String> labels() {
    return layers("mpls").stream()
        .map(layer ->
            "%s/%s/%s/%s"
                .formatted(
                    layer.field("mpls.label"),
                    layer.field("mpls.exp"),
                    layer.field("mpls.bottom"),
                    layer.field("mpls.ttl")))
        .toList();
  }

  /** How far the layers reach without a gap; all of the frame if every byte has its meaning. */
  int accounted() {
    int at = 0;
    for (Layer layer : layers) {
      if (layer.at != at) {
        return at;
      }
      at += layer.bytes;
    }
    return at;
  }

  @Override
  public String toString() {
    return shape() + " " + labels();
  }
}
