package dev.shunt.node.http;

import static dev.shunt.integrationtests.fuzz.Oracle.require;
import static dev.shunt.integrationtests.fuzz.Oracle.same;

import dev.shunt.integrationtests.fuzz.Oracle;
import dev.shunt.integrationtests.fuzz.Parts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * Chunked bodies: data and framing are told apart alike in any parts; what is passed on with its
 * framing is what came, and is read again as the same data; no buffer stays held.
 */
public final class BodyFuzz {

  private static final long MAX_BYTES = 100_000;

  private BodyFuzz() {}

  /** What Jazzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    String data = Oracle.anyParts(input, parts -> read(input, parts, false));
    String passed = Oracle.anyParts(input, parts -> read(input, parts, true));
    same(verdict(data), verdict(passed), "with framing and without it is not the same body");
    if (verdict(passed).startsWith("complete")) {
      String wire = rest(passed);
      require(Oracle.text(input).startsWith(wire), "what is passed on is not what came");
      String again = read(Oracle.bytes(wire), Parts.whole(), false);
      same(rest(data), rest(again), "what is passed on has other data");
    }
  }

  /** The verdict, a line end, and what came out. */
  private static String read(byte[] input, Parts parts, boolean verbatim) {
    BodyReader reader = new BodyReader();
    reader.chunked(MAX_BYTES);
    StringBuilder out = new StringBuilder();
    int fed = 0;
    try {
      for (ByteBuf part : parts.cut(input)) {
        int before = part.readableBytes();
        take(reader, part, verbatim, out);
        fed += before - part.readableBytes();
        require(part.refCnt() == 1, "a buffer stays held");
        part.release();
        if (reader.complete()) {
          return "complete in %d with %s\n%s"
              .formatted(fed, ShuntReader.lines(reader.trailers()), out);
        }
      }
    } catch (HttpFault fault) {
      return fault.reason() + '\n';
    }
    require(fed == input.length, "bytes are left of a body that goes on");
    return "incomplete\n";
  }

  private static void take(BodyReader reader, ByteBuf in, boolean verbatim, StringBuilder out)
      throws HttpFault {
    boolean more = true;
    while (more && !reader.complete()) {
      int before = in.readableBytes();
      ByteBuf part =
          verbatim ? reader.verbatim(in, UnpooledByteBufAllocator.DEFAULT) : reader.data(in);
      more = !verbatim && part != null;
      if (part != null) {
        out.append(part.toString(StandardCharsets.ISO_8859_1));
        part.release();
        require(verbatim || in.readableBytes() < before, "data comes from nowhere");
      }
    }
  }

  private static String verdict(String reading) {
    return reading.substring(0, reading.indexOf('\n'));
  }

  private static String rest(String reading) {
    return reading.substring(reading.indexOf('\n') + 1);
  }
}
