package dev.shunt.node.tcp;

import static dev.shunt.integrationtests.fuzz.Oracle.require;
import static dev.shunt.integrationtests.fuzz.Oracle.same;

import dev.shunt.integrationtests.fuzz.Oracle;
import dev.shunt.integrationtests.fuzz.Parts;
import dev.shunt.node.ProxyProtocol.Version;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** PROXY headers: read alike in any parts, never more than the limit, and written again alike. */
public final class ProxyHeaderFuzz {

  private ProxyHeaderFuzz() {}

  /** What Jazzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    String read = Oracle.anyParts(input, parts -> read(input, parts));
    require(
        !read.equals("incomplete") || input.length < ProxyHeaderReader.MAX_V2,
        "more than the limit is waited for");
  }

  private static String read(byte[] input, Parts parts) {
    ProxyHeaderReader reader = new ProxyHeaderReader();
    int fed = 0;
    try {
      for (ByteBuf part : parts.cut(input)) {
        int before = part.readableBytes();
        boolean complete = reader.feed(part);
        fed += before - part.readableBytes();
        if (complete) {
          int most = input[0] == '\r' ? ProxyHeaderReader.MAX_V2 : ProxyHeaderReader.MAX_V1;
          require(fed <= most, "a header longer than allowed");
          reader.ends().ifPresent(ProxyHeaderFuzz::isWrittenAlike);
          return reader.ends() + " in " + fed;
        }
        require(!part.isReadable(), "bytes are left of a header that goes on");
      }
      return "incomplete";
    } catch (ProxyHeaderException e) {
      return "bad";
    }
  }

  private static void isWrittenAlike(ConnectionEnds ends) {
    boolean mixed =
        ends.source().getAddress().getClass() != ends.destination().getAddress().getClass();
    for (Version version : Version.values()) {
      byte[] header = ProxyHeaders.render(version, Optional.of(ends));
      ProxyHeaderReader again = new ProxyHeaderReader();
      try {
        require(again.feed(Parts.whole().cut(header).getFirst()), "what is written goes on");
      } catch (ProxyHeaderException e) {
        throw new AssertionError("what is written is bad: " + Oracle.text(header), e);
      }
      if (!mixed) {
        same(Optional.of(ends), again.ends(), "what is written says something else");
      }
    }
  }
}
