package dev.shunt.node.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.ProxyProtocol.Version;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** PROXY protocol headers of any kind, and what is nearly one. */
class ProxyHeaderProperties {

  private static final byte[] REST = "GET / HTTP/1.1".getBytes(StandardCharsets.US_ASCII);

  /** What was read of {@code input}, given in parts, and how much was left. */
  private static String read(byte[] input, int... cuts) {
    ProxyHeaderReader reader = new ProxyHeaderReader();
    int from = 0;
    try {
      for (int i = 0; i <= cuts.length; i++) {
        int to = i < cuts.length ? cuts[i] : input.length;
        ByteBuf part = Unpooled.wrappedBuffer(input, from, to - from);
        if (reader.feed(part)) {
          return reader.ends() + " then " + (input.length - to + part.readableBytes());
        }
        assertThat(part.isReadable()).isFalse();
        from = to;
      }
      return "incomplete";
    } catch (ProxyHeaderException e) {
      return "bad";
    }
  }

  private static byte[] followed(byte[] header) {
    byte[] all = Arrays.copyOf(header, header.length + REST.length);
    System.arraycopy(REST, 0, all, header.length, REST.length);
    return all;
  }

  @Property(tries = 500)
  void whatIsWrittenIsReadAgainAndNothingBehindIt(
      @ForAll("ends") ConnectionEnds ends, @ForAll Version version) {
    byte[] header = ProxyHeaders.render(version, Optional.of(ends));
    boolean mixed =
        ends.source().getAddress().getClass() != ends.destination().getAddress().getClass();
    if (mixed && version == Version.V1) {
      assertThat(read(followed(header))).isEqualTo("Optional.empty then " + REST.length);
    } else {
      // An IPv4 address that was mapped is one again.
      assertThat(read(followed(header))).isEqualTo(Optional.of(ends) + " then " + REST.length);
    }
  }

  @Property(tries = 1000)
  void howAHeaderWasCutIntoPiecesMakesNoDifference(
      @ForAll("almostHeaders") byte[] input, @ForAll List<Integer> places) {
    int[] cuts =
        places.stream()
            .mapToInt(p -> input.length == 0 ? 0 : Math.floorMod(p, input.length))
            .sorted()
            .toArray();
    assertThat(read(input, cuts)).isEqualTo(read(input));
    int[] everywhere = new int[input.length];
    Arrays.setAll(everywhere, i -> i);
    assertThat(read(input, everywhere)).isEqualTo(read(input));
  }

  @Property(tries = 500)
  void aByteThatWasChangedUnderAChecksumIsSeen(
      @ForAll("ends") ConnectionEnds ends, @ForAll int place, @ForAll byte with) {
    byte[] header = Extensions.withChecksum(ProxyHeaders.render(Version.V2, Optional.of(ends)));
    assertThat(read(header)).isEqualTo(Optional.of(ends) + " then 0");
    byte[] changed = header.clone();
    int at = Math.floorMod(place, changed.length);
    changed[at] = with;
    // Another family or length is another header, and another type hides the checksum.
    boolean structure = at == 13 || at == 14 || at == 15 || at == header.length - 7;
    if (with != header[at] && !structure) {
      assertThat(read(changed)).isEqualTo("bad");
    }
  }

  @Property(tries = 2000)
  void anyBytesAreEitherReadOrRefusedAndNeverTooMany(@ForAll byte[] input) {
    String read = read(input);
    if (read.equals("incomplete")) {
      assertThat(input.length).isLessThan(ProxyHeaderReader.MAX_V2);
    }
  }

  @Provide
  Arbitrary<ConnectionEnds> ends() {
    Arbitrary<InetSocketAddress> end =
        Combinators.combine(
                Arbitraries.oneOf(
                    Arbitraries.bytes().array(byte[].class).ofSize(4),
                    Arbitraries.bytes().array(byte[].class).ofSize(16)),
                Arbitraries.integers().between(0, 65_535))
            .as((address, port) -> new InetSocketAddress(address(address), port));
    return Combinators.combine(end, end).as(ConnectionEnds::new);
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Headers with a few bytes changed, cut off or longer. */
  @Provide
  Arbitrary<byte[]> almostHeaders() {
    Arbitrary<byte[]> whole =
        Combinators.combine(ends(), Arbitraries.of(Version.class), Arbitraries.of(true, false))
            .as((ends, version, checked) -> {
              byte[] header = ProxyHeaders.render(version, Optional.of(ends));
              return checked && version == Version.V2 ? Extensions.withChecksum(header) : header;
            });
    return Combinators.combine(
            whole,
            Arbitraries.integers().list().ofMaxSize(3),
            Arbitraries.bytes(),
            Arbitraries.integers().between(-8, 8))
        .as((header, places, with, longer) -> {
          byte[] changed = Arrays.copyOf(header, header.length + longer);
          places.forEach(p -> changed[Math.floorMod(p, changed.length)] = with);
          return changed;
        });
  }
}
