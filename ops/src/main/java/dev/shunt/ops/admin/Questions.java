package dev.shunt.ops.admin;

import dev.shunt.scheduler.Probe;
import dev.shunt.scheduler.Probe.Kind;
import dev.shunt.scheduler.TraceFilter;
import dev.shunt.scheduler.TraceFilter.Network;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads the parameters of what is asked about packets. What is not allowed is an {@link
 * IllegalArgumentException} that says what is.
 */
final class Questions {

  /** The port of a client of which none is given: the first that clients take (RFC 6335). */
  static final int CLIENT_PORT = 49_152;

  static final int MAX_SECONDS = 3600;
  static final int DEFAULT_SECONDS = 60;
  static final int MAX_COUNT = 1_000_000;

  private static final Map<String, Kind> KINDS =
      new TreeMap<>(
          Map.of(
              "syn", Kind.SYN,
              "ack", Kind.ACK,
              "fin", Kind.FIN,
              "rst", Kind.RST,
              "udp", Kind.DATAGRAM,
              "icmp", Kind.ECHO));

  private static final Map<String, Integer> PROTOCOLS =
      new TreeMap<>(Map.of("tcp", 6, "udp", 17, "icmp", 1, "icmp6", 58));

  private Questions() {}

  /** Of {@code /v1/where-goes}. */
  static Probe probe(Route.Call call) {
    Kind kind = one("packet", call.query("packet").orElse("syn"), KINDS);
    String source = required(call, "source");
    String destination = required(call, "destination");
    InetSocketAddress to = EndpointText.parse("destination", destination, 0);
    if (kind == Kind.ECHO && to.getPort() != 0) {
      kind = Kind.ERROR;
    }
    if (kind != Kind.ECHO && to.getPort() == 0) {
      throw new IllegalArgumentException(
          "destination: found '%s', allowed is an address with a port, as in 192.0.2.7:80 or"
                  .formatted(destination)
              + " [2001:db8::7]:80");
    }
    return new Probe(
        kind,
        EndpointText.parse("source", source, kind == Kind.ECHO ? 0 : CLIENT_PORT),
        to,
        number(call, "label"),
        number(call, "vlan"),
        number(call, "length").orElse(0));
  }

  /** Of {@code /v1/trace}. */
  static TraceFilter filter(Route.Call call) {
    return new TraceFilter(
        call.query("from").map(text -> network("from", text)),
        call.query("to").map(text -> network("to", text)),
        call.query("protocol").map(text -> one("protocol", text, PROTOCOLS)).orElse(0),
        bounded(call, "port", 65_535).orElse(0),
        call.query("outcome")
            .map(text -> Set.copyOf(Arrays.asList(text.split(",", -1))))
            .orElse(Set.of()),
        bounded(call, "every", TraceFilter.MAX_EVERY).orElse(1));
  }

  /** How long a trace may run. */
  static Duration time(Route.Call call) {
    return Duration.ofSeconds(bounded(call, "seconds", MAX_SECONDS).orElse(DEFAULT_SECONDS));
  }

  /** How many packets it may tell of. */
  static int count(Route.Call call) {
    return bounded(call, "count", MAX_COUNT).orElse(MAX_COUNT);
  }

  private static String required(Route.Call call, String name) {
    return call.query(name)
        .orElseThrow(
            () -> new IllegalArgumentException(name + ": is missing, allowed is an address"));
  }

  private static <T> T one(String name, String found, Map<String, T> allowed) {
    T value = allowed.get(found.toLowerCase(Locale.ROOT));
    if (value == null) {
      throw new IllegalArgumentException(
          "%s: found '%s', allowed is one of %s"
              .formatted(name, found, String.join(", ", allowed.keySet())));
    }
    return value;
  }

  private static OptionalInt number(Route.Call call, String name) {
    Optional<String> text = call.query(name);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    if (!text.get().matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException(
          "%s: found '%s', allowed is a number".formatted(name, text.get()));
    }
    return OptionalInt.of(Integer.parseInt(text.get()));
  }

  private static OptionalInt bounded(Route.Call call, String name, int most) {
    OptionalInt found = number(call, name);
    if (found.isPresent() && (found.getAsInt() < 1 || found.getAsInt() > most)) {
      throw new IllegalArgumentException(
          "%s: found %d, allowed is 1 to %d".formatted(name, found.getAsInt(), most));
    }
    return found;
  }

  /** {@code 192.0.2.0/24}, or an address alone. */
  private static Network network(String name, String text) {
    List<String> parts = List.of(text.split("/", -1));
    if (parts.size() > 2 || (parts.size() == 2 && !parts.get(1).matches("[0-9]{1,3}"))) {
      throw new IllegalArgumentException(
          "%s: found '%s', allowed is ADDRESS or ADDRESS/LENGTH".formatted(name, text));
    }
    InetAddress address;
    try {
      address = InetAddress.ofLiteral(parts.getFirst());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: found '%s', allowed is ADDRESS or ADDRESS/LENGTH".formatted(name, text), e);
    }
    int bits = address.getAddress().length * Byte.SIZE;
    return new Network(address, parts.size() == 2 ? Integer.parseInt(parts.get(1)) : bits);
  }
}
