package dev.shunt.node.http;

import static dev.shunt.integrationtests.fuzz.Oracle.require;

import dev.shunt.integrationtests.fuzz.Parts;
import dev.shunt.node.http.MessageReading.End;
import dev.shunt.node.http.MessageReading.Message;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a stream of messages as the node does: head, rules, framing, body, and the next one. */
final class ShuntReader {

  static final HeadLimits LIMITS = new HeadLimits(1000, 4000, 50);

  private static final int SWITCHING = 101;

  private final boolean requests;
  private final HttpHead head = new HttpHead();
  private final ConnectionOptions options = new ConnectionOptions();
  private final BodyReader body = new BodyReader();
  private final List<Message> messages = new ArrayList<>();
  private int consumed;
  private int start;
  private boolean inBody;
  private boolean last;
  private String startLine = "";
  private List<String> fields = List.of();
  private StringBuilder data = new StringBuilder();

  private ShuntReader(boolean requests) {
    this.requests = requests;
    fresh();
  }

  static MessageReading requests(byte[] input, Parts parts) {
    return new ShuntReader(true).read(input, parts);
  }

  static MessageReading responses(byte[] input, Parts parts) {
    return new ShuntReader(false).read(input, parts);
  }

  private MessageReading read(byte[] input, Parts parts) {
    End end = End.MORE;
    String detail = "";
    try {
      for (ByteBuf part : parts.cut(input)) {
        int after = consumed + part.readableBytes();
        take(part);
        consumed = after;
        require(last || !part.isReadable(), "bytes are left that nobody wants");
        require(part.refCnt() == 1, "somebody still holds a part of the input");
        part.release();
        if (last) {
          end = End.CLOSE;
          break;
        }
      }
    } catch (HttpFault fault) {
      end = End.REFUSED;
      detail = fault.reason();
    }
    if (inBody) {
      messages.add(message(false));
    }
    return new MessageReading(messages, end, detail, start);
  }

  private void take(ByteBuf in) throws HttpFault {
    int all = consumed + in.readableBytes();
    while (!last) {
      if (!inBody) {
        if (!head.feed(in)) {
          return;
        }
        begin();
      }
      if (!takeBody(in)) {
        return;
      }
      messages.add(message(true));
      last = requests ? !options.persists(head) : head.status() == SWITCHING;
      inBody = false;
      fresh();
      start = all - in.readableBytes();
    }
  }

  private void begin() throws HttpFault {
    String version = "HTTP/1." + head.minor;
    startLine =
        requests
            ? head.method() + " " + head.target() + " " + version
            : version + " " + head.status();
    fields = lines(head);
    options.strip(head);
    if (requests) {
      RequestRules.check(head);
      Framing.ofRequest(head, body, 0);
    } else {
      Framing.ofResponse(head, body, false);
    }
    data = new StringBuilder();
    inBody = true;
  }

  /** Whether the body is complete. */
  private boolean takeBody(ByteBuf in) throws HttpFault {
    while (!body.complete()) {
      int before = in.readableBytes();
      ByteBuf part = body.data(in);
      if (part != null) {
        require(part.isReadable() && in.readableBytes() < before, "data comes from nowhere");
        data.append(part.toString(StandardCharsets.ISO_8859_1));
        part.release();
      } else if (!body.complete()) {
        require(!in.isReadable(), "a body stands still");
        return false;
      }
    }
    return true;
  }

  private Message message(boolean complete) {
    List<String> trailers = complete ? lines(body.trailers()) : List.of();
    return new Message(startLine, fields, data.toString(), trailers, complete);
  }

  private void fresh() {
    if (requests) {
      head.forRequest(LIMITS);
    } else {
      head.forResponse(LIMITS);
    }
  }

  /** The fields as they came. */
  static List<String> lines(@Nullable HttpHead head) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; head != null && i < head.headerCount(); i++) {
      lines.add(head.name(i) + ": " + head.value(i));
    }
    return lines;
  }
}
