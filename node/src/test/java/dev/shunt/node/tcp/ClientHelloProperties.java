package dev.shunt.node.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.tcp.ClientHelloReader.Result;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** Greetings as Java's own TLS makes them, in any pieces, and what is nearly one. */
class ClientHelloProperties {

  private static final int RECORD_HEAD = 5;
  private static final byte[] NAMED = hello("A.example");
  private static final byte[] UNNAMED = hello(null);

  private static byte[] hello(@Nullable String name) {
    try {
      SSLEngine engine = SSLContext.getDefault().createSSLEngine();
      engine.setUseClientMode(true);
      if (name != null) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        engine.setSSLParameters(parameters);
      }
      ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.wrap(ByteBuffer.allocate(0), out);
      return Arrays.copyOf(out.array(), out.position());
    } catch (GeneralSecurityException | SSLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What was read of {@code input}, given in parts. */
  private static String read(byte[] input, int... cuts) {
    ClientHelloReader reader = new ClientHelloReader();
    int from = 0;
    for (int i = 0; i <= cuts.length; i++) {
      int to = i < cuts.length ? cuts[i] : input.length;
      ByteBuf part = Unpooled.wrappedBuffer(input, from, to - from);
      Result result = reader.feed(part);
      assertThat(part.readableBytes()).isEqualTo(to - from);
      if (result != Result.MORE) {
        return result + " " + reader.serverName();
      }
      from = to;
    }
    return Result.MORE.toString();
  }

  /** The same message in records of at most {@code size} bytes. */
  private static byte[] inRecords(byte[] hello, int size) {
    int length = hello.length - RECORD_HEAD;
    int records = (length + size - 1) / size;
    ByteBuffer out = ByteBuffer.allocate(length + records * RECORD_HEAD);
    for (int at = 0; at < length; at += size) {
      int part = Math.min(size, length - at);
      out.put(hello, 0, 3).putShort((short) part).put(hello, RECORD_HEAD + at, part);
    }
    return out.array();
  }

  @Example
  void theNameIsReadInLowerCase() {
    assertThat(read(NAMED)).isEqualTo("COMPLETE a.example");
    assertThat(read(UNNAMED)).isEqualTo("COMPLETE null");
  }

  @Property(tries = 300)
  void neitherRecordsNorPacketsMakeADifference(
      @ForAll @IntRange(min = 16, max = 600) int size, @ForAll List<Integer> places) {
    byte[] input = inRecords(NAMED, size);
    int[] cuts = places.stream().mapToInt(p -> Math.floorMod(p, input.length)).sorted().toArray();
    assertThat(read(input, cuts)).isEqualTo("COMPLETE a.example");
    int[] everywhere = new int[input.length];
    Arrays.setAll(everywhere, i -> i);
    assertThat(read(input, everywhere)).isEqualTo("COMPLETE a.example");
  }

  @Property(tries = 300)
  void aGreetingThatIsCutOffIsNeverComplete(@ForAll @IntRange(min = 0, max = 10_000) int length) {
    byte[] cut = Arrays.copyOf(NAMED, length % NAMED.length);
    assertThat(read(cut)).isEqualTo("MORE");
  }

  @Property(tries = 3000)
  void whatIsNearlyAGreetingIsReadAlikeInAnyPieces(@ForAll("almostHellos") byte[] input) {
    int[] everywhere = new int[input.length];
    Arrays.setAll(everywhere, i -> i);
    String read = read(input);
    assertThat(read(input, everywhere)).isEqualTo(read);
    if (read.startsWith("COMPLETE") && !read.endsWith(" null")) {
      assertThat(read).matches("COMPLETE [a-z0-9._-]{1,255}");
    }
  }

  @Property(tries = 2000)
  void anyBytesAreReadOrRefused(@ForAll byte[] input) {
    assertThat(read(input)).isNotEmpty();
  }

  @Example
  void whatIsNoGreetingIsRefusedAtItsFirstByte() {
    assertThat(read("GET / HTTP/1.1".getBytes(StandardCharsets.US_ASCII))).isEqualTo("BAD null");
    assertThat(read(new byte[] {23})).isEqualTo("BAD null");
    assertThat(read(new byte[] {22, 2})).isEqualTo("BAD null");
    assertThat(read(new byte[] {22, 3, 1, 0, 0})).isEqualTo("BAD null");
    assertThat(read(new byte[] {22, 3, 1, 0, 4, 2})).isEqualTo("BAD null");
  }

  @Example
  void tooLongGreetingsAndTooManyRecordsAreRefused() {
    assertThat(read(new byte[] {22, 3, 1, 0x40, 0, 1, 0, 0x40, 1})).isEqualTo("TOO_LONG null");
    assertThat(read(inRecords(NAMED, 1))).isEqualTo("TOO_LONG null");
  }

  @Example
  void whatFollowsInTheSameRecordIsRefused() {
    byte[] longer = Arrays.copyOf(NAMED, NAMED.length + 1);
    ByteBuffer.wrap(longer).putShort(3, (short) (longer.length - RECORD_HEAD));
    assertThat(read(longer)).isEqualTo("BAD null");
  }

  @Example
  void namesThatAreNoneAreRefused() {
    for (char wrong : new char[] {'\0', '/', ' ', '"', 'é', '\n'}) {
      byte[] changed = NAMED.clone();
      int at = new String(NAMED, StandardCharsets.ISO_8859_1).indexOf("A.example");
      changed[at + 3] = (byte) wrong;
      assertThat(read(changed)).isEqualTo("BAD null");
    }
  }

  /** Greetings with a few bytes changed, mostly where lengths stand. */
  @Provide
  Arbitrary<byte[]> almostHellos() {
    return Combinators.combine(
            Arbitraries.of(NAMED, UNNAMED),
            Arbitraries.integers().between(0, 400).list().ofMaxSize(3),
            Arbitraries.bytes(),
            Arbitraries.integers().between(-8, 8))
        .as((hello, places, with, longer) -> {
          byte[] changed = Arrays.copyOf(hello, hello.length + longer);
          places.forEach(p -> changed[p % changed.length] = with);
          return changed;
        });
  }
}
