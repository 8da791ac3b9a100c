package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

class BodyReaderProperties {

  private static final String NEXT = "GET /next";

  /** A chunked body, and the data in it. */
  record Body(String wire, String data) {}

  @Provide
  Arbitrary<Body> bodies() {
    Arbitrary<String> data =
        Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(40);
    Arbitrary<String> extensions = Arbitraries.of("", "", ";a", ";a=b;c=\"d e\"");
    Arbitrary<String> trailers = Arbitraries.of("", "", "X: y\r\n", "A: b\r\nC: d\r\n");
    return Combinators.combine(
            data.list().ofMaxSize(6), extensions, Arbitraries.of("", "0", "00"), trailers)
        .as((parts, extension, zeros, trailer) -> {
          StringBuilder wire = new StringBuilder();
          for (String part : parts) {
            wire.append(zeros).append(Integer.toHexString(part.length())).append(extension);
            wire.append("\r\n").append(part).append("\r\n");
          }
          wire.append('0').append(extension).append("\r\n").append(trailer).append("\r\n");
          return new Body(wire.toString(), String.join("", parts));
        });
  }

  @Property(tries = 500)
  void howABodyWasCutIntoPiecesMakesNoDifference(
      @ForAll("bodies") Body body, @ForAll List<Integer> places) throws HttpFault {
    String input = body.wire() + NEXT;
    int[] cuts = places.stream().mapToInt(p -> Math.floorMod(p, input.length())).sorted().toArray();
    assertThat(read(input, cuts, true)).isEqualTo(body.wire());
    assertThat(read(input, cuts, false)).isEqualTo(body.data());
    int[] everywhere = new int[input.length()];
    Arrays.setAll(everywhere, i -> i);
    assertThat(read(input, everywhere, true)).isEqualTo(body.wire());
    assertThat(read(input, everywhere, false)).isEqualTo(body.data());
  }

  private static String read(String input, int[] cuts, boolean verbatim) throws HttpFault {
    BodyReader reader = new BodyReader();
    reader.chunked(0);
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (int i = 0; i <= cuts.length; i++) {
      int to = i < cuts.length ? cuts[i] : input.length();
      ByteBuf in = Unpooled.copiedBuffer(input.substring(from, to), StandardCharsets.ISO_8859_1);
      if (reader.complete()) {
        in.release();
        continue;
      }
      if (verbatim) {
        take(reader.verbatim(in, UnpooledByteBufAllocator.DEFAULT), out);
      } else {
        while (take(reader.data(in), out)) {
          assertThat(reader.complete()).isFalse();
        }
      }
      if (reader.complete()) {
        assertThat(in.toString(StandardCharsets.ISO_8859_1) + input.substring(to)).isEqualTo(NEXT);
      }
      assertThat(in.refCnt()).as("nothing else holds it").isEqualTo(1);
      in.release();
      from = to;
    }
    assertThat(reader.complete()).isTrue();
    return out.toString();
  }

  private static boolean take(@Nullable ByteBuf part, StringBuilder out) {
    if (part == null) {
      return false;
    }
    out.append(part.toString(StandardCharsets.ISO_8859_1));
    part.release();
    return true;
  }

  @Property(tries = 2000)
  void noBytesCrashTheReader(@ForAll("oddBytes") byte[] input) {
    BodyReader reader = new BodyReader();
    reader.chunked(0);
    ByteBuf in = Unpooled.wrappedBuffer(input);
    try {
      ByteBuf part = reader.verbatim(in, UnpooledByteBufAllocator.DEFAULT);
      if (part != null) {
        part.release();
      }
    } catch (HttpFault refused) {
      assertThat(refused.status()).isBetween(400, 431);
    }
    assertThat(in.refCnt()).isEqualTo(1);
    in.release();
  }

  @Provide
  Arbitrary<byte[]> oddBytes() {
    return Arbitraries.of('0', '1', 'a', 'F', '\r', '\n', ';', ' ', ':', 'X', '\0')
        .list()
        .ofMaxSize(60)
        .map(list -> {
          StringBuilder text = new StringBuilder();
          list.forEach(text::append);
          return text.toString().getBytes(StandardCharsets.ISO_8859_1);
        });
  }
}
