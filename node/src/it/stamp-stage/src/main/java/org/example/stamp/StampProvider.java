package org.example.stamp;

import dev.shunt.node.BodyFilter;
import dev.shunt.node.Exchange;
import dev.shunt.node.HeaderName;
import dev.shunt.node.PreparedHeader;
import dev.shunt.node.RequestHead;
import dev.shunt.node.ResponseHead;
import dev.shunt.node.Stage;
import dev.shunt.node.StageContext;
import dev.shunt.node.StageFactory;
import dev.shunt.node.StageProvider;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * The stage "stamp": tells the server a text in a header, and the client in another and at the end
 * of every page. Its setting is {@code text}.
 */
public final class StampProvider implements StageProvider {

  @Override
  public String name() {
    return "stamp";
  }

  @Override
  public int apiVersion() {
    return Stage.API_VERSION;
  }

  @Override
  public StageFactory configure(StageContext context) {
    context.allow(Set.of("text"));
    String text = context.setting("text", "");
    if (text.isEmpty()) {
      throw new IllegalArgumentException("text: found nothing, allowed is a header's value");
    }
    // Checked and encoded once: a request then costs a copy.
    LongAdder pages = new LongAdder();
    context.meters().counter("stamp_pages", pages::sum);
    return new StampFactory(
        new PreparedHeader("X-Stamp", text),
        ("<!-- " + text.replace("--", "- -") + " -->\n").getBytes(StandardCharsets.UTF_8),
        pages);
  }

  /** What all event loops share. */
  private static final class StampFactory implements StageFactory {

    private final PreparedHeader header;
    private final byte[] end;
    private final LongAdder pages;

    StampFactory(PreparedHeader header, byte[] end, LongAdder pages) {
      this.header = header;
      this.end = end;
      this.pages = pages;
    }

    @Override
    public Stage get() {
      return new Stamp(header, end, pages);
    }
  }

  /** One event loop's: no lock, no waiting. */
  private static final class Stamp implements Stage {

    private static final HeaderName CLIENT = new HeaderName("X-Stamp-Client");

    private final PreparedHeader header;
    private final byte[] end;
    private final LongAdder pages;

    Stamp(PreparedHeader header, byte[] end, LongAdder pages) {
      this.header = header;
      this.end = end;
      this.pages = pages;
    }

    @Override
    public void onRequest(RequestHead request, Exchange exchange) {
      // No client is to say what only this stage says.
      request.removeAll("x-stamp");
      request.add(header);
      byte[] client = exchange.clientAddress().getBytes(StandardCharsets.ISO_8859_1);
      request.add(CLIENT, client, client.length);
    }

    @Override
    public void onResponse(ResponseHead response, Exchange exchange) {
      response.add(header);
      String type = response.header("content-type").orElse("");
      boolean encoded = response.find("content-encoding", 0) >= 0;
      if (response.status() == 200 && type.startsWith("text/html") && !encoded) {
        pages.increment();
        exchange.filterBody(new AtTheEnd(end));
      }
    }
  }

  /** Passes a body on as it comes, and adds to its end. */
  private static final class AtTheEnd implements BodyFilter {

    private final byte[] end;

    AtTheEnd(byte[] end) {
      this.end = end;
    }

    @Override
    public void filter(ByteBuffer in, boolean last, Consumer<ByteBuffer> out) {
      if (in.hasRemaining()) {
        out.accept(in);
      }
      if (last) {
        out.accept(ByteBuffer.wrap(end));
      }
    }
  }
}
