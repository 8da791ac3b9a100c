package dev.shunt.node.http;

import static dev.shunt.integrationtests.fuzz.Oracle.require;
import static dev.shunt.integrationtests.fuzz.Oracle.same;

import dev.shunt.integrationtests.fuzz.Oracle;
import dev.shunt.integrationtests.fuzz.Parts;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;

/**
 * Heads of requests and responses, and trailers: read alike in any parts, within the limits, and
 * what is sent of one is what came, without what belongs to the connection.
 */
public final class HeadFuzz {

  private static final HeadLimits LIMITS = ShuntReader.LIMITS;

  private HeadFuzz() {}

  /** What Jazzer calls; the first byte says of what it is a head. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int kind = input[0];
    byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
    Oracle.anyParts(bytes, parts -> read(kind, bytes, parts));
    HttpHead head = fresh(kind);
    try {
      if (head.feed(Parts.whole().cut(bytes).getFirst())) {
        check(kind, head, Oracle.text(bytes));
      } else {
        require(bytes.length <= LIMITS.totalBytes() + 2, "more than the limit is waited for");
      }
    } catch (HttpFault refused) {
      require(refused.status() >= 400, "a fault is an error");
    }
  }

  private static HttpHead fresh(int kind) {
    return switch (kind) {
      case 0 -> new HttpHead().forRequest(LIMITS);
      case 1 -> new HttpHead().forResponse(LIMITS);
      default -> new HttpHead().forTrailers(LIMITS);
    };
  }

  private static String read(int kind, byte[] bytes, Parts parts) {
    HttpHead head = fresh(kind);
    int fed = 0;
    try {
      for (ByteBuf part : parts.cut(bytes)) {
        int before = part.readableBytes();
        boolean complete = head.feed(part);
        fed += before - part.readableBytes();
        if (complete) {
          return "%s %s %d %d %s in %d"
              .formatted(
                  head.method(),
                  head.target(),
                  head.status(),
                  head.minor,
                  ShuntReader.lines(head),
                  fed);
        }
        require(!part.isReadable(), "bytes are left of a head that goes on");
      }
      return "incomplete";
    } catch (HttpFault fault) {
      return fault.reason();
    }
  }

  private static void check(int kind, HttpHead head, String text) throws HttpFault {
    require(head.headerCount() <= LIMITS.fields(), "too many fields");
    same(
        text.substring(head.start, head.length),
        Heads.rendered(head),
        "a head without edits is not sent as it came");
    List<String> lines = ShuntReader.lines(head);
    new ConnectionOptions().strip(head);
    HttpHead again = Heads.again(fresh(kind), Heads.rendered(head));
    require(lines.containsAll(ShuntReader.lines(again)), "a field is sent that did not come");
    require(!again.has(KnownHeader.CONNECTION), "Connection is passed on");
    same(head.has(KnownHeader.HOST), again.has(KnownHeader.HOST), "Host is lost");
    same(
        head.has(KnownHeader.CONTENT_LENGTH),
        again.has(KnownHeader.CONTENT_LENGTH),
        "Content-Length is lost");
  }
}
