package dev.shunt.node.tcp;

import static dev.shunt.integrationtests.fuzz.Oracle.require;

import dev.shunt.integrationtests.fuzz.Oracle;
import dev.shunt.integrationtests.fuzz.Parts;
import dev.shunt.node.tcp.ClientHelloReader.Result;
import io.netty.buffer.ByteBuf;
import java.util.regex.Pattern;

/** TLS greetings: read alike in any parts, nothing taken, nothing waited for beyond the limit. */
public final class ClientHelloFuzz {

  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]([a-z0-9._-]{0,253}[a-z0-9_-])?");

  /** The message, its head, and all records' heads. */
  private static final int MOST =
      ClientHelloReader.MAX_BYTES + 4 + 5 * ClientHelloReader.MAX_RECORDS;

  private ClientHelloFuzz() {}

  /** What Jazzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    String read = Oracle.anyParts(input, parts -> read(input, parts));
    require(!read.equals("MORE") || input.length < MOST, "more than the limit is waited for");
  }

  private static String read(byte[] input, Parts parts) {
    ClientHelloReader reader = new ClientHelloReader();
    for (ByteBuf part : parts.cut(input)) {
      int before = part.readableBytes();
      Result result = reader.feed(part);
      require(part.readableBytes() == before, "bytes were taken");
      String name = reader.serverName();
      require(name == null || NAME.matcher(name).matches(), "a name that is none: " + name);
      require(name == null || result == Result.COMPLETE, "a name of what is not complete");
      if (result != Result.MORE) {
        return result + " " + name;
      }
    }
    return Result.MORE.toString();
  }
}
