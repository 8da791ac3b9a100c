package dev.shunt.scheduler;

import dev.shunt.cluster.Member;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * What a member's node tells the schedulers about itself, as membership attributes.
 *
 * @param mac its Ethernet address on the data interface
 * @param ready whether its listeners are open
 * @param unfit the services, by their position in the configuration, for which it reaches no
 *     healthy server: others are better off
 * @param cookies whether its kernel makes connections out of the scheduler's SYN cookies
 */
public record NodeReport(MacAddress mac, boolean ready, BitSet unfit, boolean cookies) {

  private static final String MAC = "mac";
  private static final String READY = "ready";
  private static final String UNFIT = "unfit";
  private static final String COOKIES = "cookies";

  public NodeReport {
    unfit = (BitSet) unfit.clone();
  }

  /** Of a member that takes no cookies. */
  public NodeReport(MacAddress mac, boolean ready, BitSet unfit) {
    this(mac, ready, unfit, false);
  }

  public boolean isFit(int service) {
    return !unfit.get(service);
  }

  public Map<String, String> toAttributes() {
    Map<String, String> attributes = new HashMap<>();
    attributes.put(MAC, mac.toString());
    attributes.put(READY, Boolean.toString(ready));
    attributes.put(UNFIT, HexFormat.of().formatHex(unfit.toByteArray()));
    attributes.put(COOKIES, Boolean.toString(cookies));
    return attributes;
  }

  /** Empty when the member has not reported yet, or reports something that is no report. */
  public static Optional<NodeReport> of(Member member) {
    return member.attribute(MAC).flatMap(mac -> parse(mac, member));
  }

  private static Optional<NodeReport> parse(String mac, Member member) {
    try {
      byte[] unfit = HexFormat.of().parseHex(member.attribute(UNFIT).orElse(""));
      boolean ready = member.attribute(READY).map(Boolean::parseBoolean).orElse(false);
      boolean cookies = member.attribute(COOKIES).map(Boolean::parseBoolean).orElse(false);
      return Optional.of(
          new NodeReport(MacAddress.parse(mac), ready, BitSet.valueOf(unfit), cookies));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
