package dev.shunt.scheduler;

import dev.shunt.cluster.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a member sees, as membership attributes: one character a thing.
 *
 * @param sights by the things' places in the configuration
 */
public record SightReport(List<Sight> sights) {

  /** Of the direct servers, all services together. */
  public static final String SERVERS = "servers";

  /** Of its own node, by service: how long requests take. */
  public static final String SERVICES = "services";

  /** As many things as fit into {@value #PARTS} attributes. */
  public static final int MAX_SIGHTS = 1024;

  private static final int PARTS = MAX_SIGHTS / Member.MAX_ATTRIBUTE_LENGTH;

  public SightReport {
    sights = List.copyOf(sights);
  }

  /**
   * @param of {@link #SERVERS} or {@link #SERVICES}
   */
  public Map<String, String> toAttributes(String of) {
    Map<String, String> attributes = new HashMap<>();
    int length = Member.MAX_ATTRIBUTE_LENGTH;
    for (int from = 0; from < sights.size(); from += length) {
      StringBuilder part = new StringBuilder();
      sights
          .subList(from, Math.min(from + length, sights.size()))
          .forEach(sight -> part.append(sight.code()));
      attributes.put(of + from / length, part.toString());
    }
    return attributes;
  }

  /** Of a member that has reported nothing, or something else, there are no sights. */
  public static SightReport of(Member member, String of) {
    List<Sight> sights = new ArrayList<>();
    for (int part = 0; part < PARTS; part++) {
      Optional<String> text = member.attribute(of + part);
      if (text.isEmpty()) {
        break;
      }
      text.get().chars().forEach(code -> sights.add(Sight.of((char) code)));
    }
    return new SightReport(sights);
  }

  /** What is seen of one thing. */
  public Sight sight(int place) {
    return place < sights.size() ? sights.get(place) : Sight.UNKNOWN;
  }
}
