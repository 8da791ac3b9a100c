package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

class HeadParserProperties {

  private static final HeadLimits LIMITS = new HeadLimits(1000, 4000, 50);

  /** What a head became: its reading as text, or the fault. */
  private static String read(byte[] input, int... cuts) {
    HttpHead head = new HttpHead().forRequest(LIMITS);
    int from = 0;
    try {
      for (int i = 0; i <= cuts.length; i++) {
        int to = i < cuts.length ? cuts[i] : input.length;
        ByteBuf part = Unpooled.wrappedBuffer(input, from, to - from);
        if (head.feed(part)) {
          return describe(head) + " then " + (input.length - to + part.readableBytes());
        }
        from = to;
      }
      return "incomplete";
    } catch (HttpFault fault) {
      return fault.reason();
    }
  }

  private static String describe(HttpHead head) {
    StringBuilder text = new StringBuilder();
    text.append(head.method()).append(' ').append(head.target()).append(' ').append(head.minor);
    for (int i = 0; i < head.headerCount(); i++) {
      text.append('\n').append(head.name(i)).append('=').append(head.value(i));
    }
    return text.toString();
  }

  @Property(tries = 500)
  void howAHeadWasCutIntoPiecesMakesNoDifference(
      @ForAll("almostHeads") byte[] input, @ForAll List<Integer> places) {
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

  /** The node accepts less than Netty's own decoder does; what it accepts, both read alike. */
  @Property(tries = 2000)
  void whatIsAcceptedNettyReadsAlike(@ForAll("almostHeads") byte[] input) {
    HttpHead head = new HttpHead().forRequest(LIMITS);
    try {
      if (!head.feed(Unpooled.wrappedBuffer(input))) {
        return;
      }
      Framing.ofRequest(head, new BodyReader(), 0);
    } catch (HttpFault refused) {
      return;
    }
    HttpRequest other = nettysReading(input);
    assertThat(other).isNotNull();
    assertThat(other.decoderResult().isSuccess()).as(describe(head)).isTrue();
    assertThat(head.method()).isEqualTo(other.method().name());
    assertThat(head.target()).isEqualTo(other.uri());
    assertThat(head.minor).isEqualTo(other.protocolVersion().minorVersion());
    assertThat(other.headers().entries()).hasSize(head.headerCount());
    for (int i = 0; i < head.headerCount(); i++) {
      assertThat(head.name(i)).isEqualTo(other.headers().entries().get(i).getKey());
      assertThat(head.value(i)).isEqualTo(other.headers().entries().get(i).getValue());
    }
  }

  private static @Nullable HttpRequest nettysReading(byte[] input) {
    EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder());
    channel.writeInbound(Unpooled.copiedBuffer(input));
    HttpRequest request = channel.readInbound();
    for (Object more = channel.readInbound(); more != null; more = channel.readInbound()) {
      ReferenceCountUtil.release(more);
    }
    channel.finishAndReleaseAll();
    return request;
  }

  /** What is rendered after edits is again a valid head, without what was removed. */
  @Property(tries = 300)
  void removingHeadersLeavesTheOthers(@ForAll("heads") String text, @ForAll List<Integer> removals)
      throws HttpFault {
    byte[] input = text.getBytes(StandardCharsets.ISO_8859_1);
    HttpHead head = new HttpHead().forRequest(LIMITS);
    assertThat(head.feed(Unpooled.wrappedBuffer(input))).isTrue();
    boolean[] removed = new boolean[head.headerCount()];
    for (int each : removals) {
      if (head.headerCount() > 0) {
        int header = Math.floorMod(each, head.headerCount());
        head.drop(header);
        removed[header] = true;
      }
    }
    head.append("X-New: 1\r\n".getBytes(StandardCharsets.ISO_8859_1));
    ByteBuf out = head.render(UnpooledByteBufAllocator.DEFAULT, 0);
    HttpHead again = new HttpHead().forRequest(LIMITS);
    assertThat(again.feed(out)).isTrue();
    assertThat(out.isReadable()).isFalse();
    out.release();
    int at = 0;
    for (int i = 0; i < removed.length; i++) {
      if (!removed[i]) {
        assertThat(again.name(at)).isEqualTo(head.name(i));
        assertThat(again.value(at)).isEqualTo(head.value(i));
        at++;
      }
    }
    assertThat(again.name(at)).isEqualTo("X-New");
    assertThat(again.headerCount()).isEqualTo(at + 1);
  }

  @Provide
  Arbitrary<String> heads() {
    Arbitrary<String> names =
        Arbitraries.of("Host", "Cookie", "Content-Length", "Accept", "X-A", "te", "UPGRADE");
    Arbitrary<String> values = Arbitraries.of("", "a", "b, c", "x y", "5", "\u00e9", "a=b; c=d");
    Arbitrary<String> spaces = Arbitraries.of("", " ", "\t", "  ");
    Arbitrary<String> lines =
        Combinators.combine(names, spaces, values, spaces)
            .as((n, before, v, after) -> n + ":" + before + v + after + "\r\n");
    return Combinators.combine(
            Arbitraries.of("GET", "POST", "X"),
            Arbitraries.of("/", "/a?b=c", "*", "http://a/"),
            Arbitraries.of("0", "1"),
            lines.list().ofMaxSize(8))
        .as((m, t, v, l) -> m + " " + t + " HTTP/1." + v + "\r\n" + String.join("", l) + "\r\n");
  }

  /** Heads with some bytes changed, left out or added, and something after them. */
  @Provide
  Arbitrary<byte[]> almostHeads() {
    Arbitrary<Integer> changes =
        Arbitraries.frequencyOf(
            Tuple.of(1, Arbitraries.just(0)), Tuple.of(2, Arbitraries.integers().between(1, 3)));
    return Combinators.combine(
            heads(), changes, Arbitraries.randoms(), Arbitraries.of("", "x", "GET"))
        .as((head, count, random, rest) -> {
          StringBuilder text = new StringBuilder(head);
          for (int i = 0; i < count; i++) {
            int at = random.nextInt(text.length());
            String odd = "\r\n \t:\0/\u007f\u00ff,;A";
            char c = odd.charAt(random.nextInt(odd.length()));
            switch (random.nextInt(3)) {
              case 0 -> text.setCharAt(at, c);
              case 1 -> text.insert(at, c);
              default -> text.deleteCharAt(at);
            }
          }
          return (text + rest).getBytes(StandardCharsets.ISO_8859_1);
        });
  }
}
