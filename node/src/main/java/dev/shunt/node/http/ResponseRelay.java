package dev.shunt.node.http;

import dev.shunt.node.BodyFilter;
import dev.shunt.node.BodyWatcher;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Passes a server's response on to the client, with the framing that the client understands. */
final class ResponseRelay {

  private enum Phase {
    HEAD,
    BODY,
    TUNNEL,
    DONE
  }

  /** So many bytes of a body at most are copied behind its head, to be sent in one piece. */
  private static final int COPIED_WITH_HEAD = 4096;

  /** Interim responses to one request; a server that sends more is broken. */
  private static final int MAX_INTERIM = 16;

  private static final byte[] CLOSE = ascii("Connection: close\r\n");
  private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
  private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
  private static final byte[] LINE_END = ascii("\r\n");
  private static final byte[] EMPTY = ascii("Content-Length: 0\r\n");
  private static final byte[] LAST_SIZE = ascii("0\r\n");
  private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");

  private final HttpExchange exchange;
  private final Client client;
  private final @Nullable Http2ClientStream stream;
  private final ServiceLoop service;
  private final ExchangeTimes times;
  private final BodyReader body = new BodyReader();
  private final ConnectionOptions options = new ConnectionOptions();
  private final List<BodyFilter> filters = new ArrayList<>(0);
  private final List<Watched> watched = new ArrayList<>(0);

  private HttpHead head = HttpHead.NONE;
  private Phase phase = Phase.DONE;
  private boolean toHead;
  private boolean toHttp11;
  private boolean started;
  private boolean headSent;
  private boolean inStages;
  private boolean decoded;
  private boolean encoded;
  private boolean serverPersists;
  private boolean framed;
  private boolean endedWithHead;
  private boolean ended;
  private @Nullable HttpHead endedWith;
  private boolean keepClient;
  private int interim;

  ResponseRelay(HttpExchange exchange, Client client, ServiceLoop service) {
    this.exchange = exchange;
    this.client = client;
    this.times = new ExchangeTimes(client, service);
    this.stream = client.stream();
    this.service = service;
  }

  /**
   * A request was sent: awaits its response.
   *
   * @param limits of the response's head
   */
  void begin(boolean isHead, boolean http11, HeadLimits limits) {
    forget(); // What was there may be a response that another one takes the place of.
    phase = Phase.HEAD;
    toHead = isHead;
    toHttp11 = http11;
    started = false;
    headSent = false;
    framed = false;
    ended = false;
    endedWith = null;
    interim = 0;
    takeHead().forResponse(limits);
  }

  @SuppressWarnings("ReferenceEquality") // There is one that stands for none.
  private HttpHead takeHead() {
    if (head == HttpHead.NONE) {
      head = service.worker.takeHead();
    }
    return head;
  }

  @SuppressWarnings("ReferenceEquality") // There is one that stands for none.
  void end() {
    if (head != HttpHead.NONE) {
      service.worker.giveBack(head);
      head = HttpHead.NONE;
    }
    phase = Phase.DONE;
    started = false;
    headSent = false;
    forget();
  }

  private void forget() {
    filters.clear();
    for (Watched each : watched) {
      each.end(false);
    }
    watched.clear();
  }

  /** Whether a filter changes the body. */
  private boolean filtered() {
    return filters.size() > watched.size();
  }

  /** Whether the server has sent anything. */
  boolean started() {
    return started;
  }

  /** Whether the final head has been passed on: no other answer is possible then. */
  boolean headSent() {
    return headSent;
  }

  /** Takes what the server sent. */
  void read(ByteBuf in) throws HttpFault {
    if (phase == Phase.TUNNEL) {
      tunnel(in);
      return;
    }
    started = true;
    while (phase != Phase.DONE && phase != Phase.TUNNEL && in.isReadable()) {
      if (phase == Phase.BODY) {
        readBody(in);
      } else if (head.feed(in) && !headComplete(in)) {
        return;
      }
      if (phase == Phase.BODY && body.complete()) {
        endBody();
      }
    }
    if (ended && phase == Phase.BODY) {
      body.end(endedWith);
      endBody();
    }
    if (phase == Phase.DONE) {
      // What follows a complete response was not asked for: such a connection is not used again.
      exchange.responseComplete(serverPersists && !in.isReadable(), keepClient);
    } else if (phase == Phase.TUNNEL && in.isReadable()) {
      tunnel(in);
    } else if (headSent) {
      times.response();
    }
  }

  /**
   * The next bytes are the head of a response whose body comes in frames.
   *
   * @param last whether no body follows it
   */
  void framedHead(boolean last) {
    framed = true;
    endedWithHead = last;
  }

  /** After the next bytes, of which there may be none, a body that comes in frames ends. */
  void framedEnd(@Nullable HttpHead trailers) {
    ended = true;
    endedWith = trailers;
  }

  private void tunnel(ByteBuf in) {
    client.deadline().set(Deadline.Kind.TUNNEL, service.worker.now() + service.timeouts.tunnel);
    send(in.readRetainedSlice(in.readableBytes()));
  }

  /** Sends a part of the body. */
  private void send(ByteBuf part) {
    exchange.figures().sent(part.readableBytes());
    client.write(part);
  }

  /** False when the exchange has ended over it. */
  private boolean headComplete(ByteBuf in) throws HttpFault {
    options.strip(head);
    if (framed) {
      Framing.ofFramedResponse(head, body, toHead, endedWithHead);
    } else {
      Framing.ofResponse(head, body, toHead);
    }
    if (head.status() < 200) {
      interimResponse();
      return true;
    }
    if (exchange.triesAgainAfter(head.status())) {
      return false;
    }
    inStages = true;
    boolean passed = exchange.passStages(head);
    inStages = false;
    if (!passed) {
      exchange.refuse(500, "a stage failed");
      return false;
    }
    if (exchange.isReplaced(mayReuse(in))) {
      return false;
    }
    checkTunnel();
    serverPersists = options.persists(head) && !body.isUntilClose();
    frameForClient();
    service.forwarded.via(head);
    head.sendAs11();
    writeHead(in);
    service.counters.increment(Count.ofStatus(head.status()));
    phase = Phase.BODY;
    headSent = true;
    return true;
  }

  /** Whether nothing of the response is missing but what its head said. */
  private boolean mayReuse(ByteBuf in) {
    return options.persists(head) && body.complete() && !in.isReadable();
  }

  /** To a stream that asked for a tunnel a success would say that it has one. */
  private void checkTunnel() throws HttpFault {
    if (stream != null && stream.asksForTunnel() && head.status() < 300) {
      throw HttpFault.BAD_STATUS_LINE;
    }
  }

  private void interimResponse() throws HttpFault {
    service.counters.increment(Count.STATUS_1XX);
    if (head.status() == 101) {
      switchProtocols();
      return;
    }
    if (++interim > MAX_INTERIM) {
      throw HttpFault.BAD_STATUS_LINE;
    }
    if (toHttp11) {
      head.sendAs11();
      if (stream == null) {
        client.write(head.render(client.allocator(), 0));
      } else {
        stream.interim(head);
      }
    }
    head.forResponse(service.responseLimits);
  }

  private void switchProtocols() throws HttpFault {
    if (!exchange.request().wantsUpgrade() || !options.upgrade()) {
      throw HttpFault.BAD_STATUS_LINE;
    }
    if (stream == null) {
      UpgradeRule.ask(head);
      client.write(head.render(client.allocator(), 0));
    } else {
      WebSockets.checkAccepted(exchange.head(), head);
      stream.accepted(head);
    }
    phase = Phase.TUNNEL;
    headSent = true;
    exchange.upgraded();
  }

  /** Chooses how the body goes to the client, and says so in the head. */
  private void frameForClient() {
    boolean filtered = filtered();
    boolean hasBody = !body.isEmpty();
    boolean plain = keepsFraming() && watched.isEmpty();
    decoded = hasBody && (filtered || body.isUnmeasured() || (body.isChunked() && !plain));
    encoded = decoded && toHttp11 && stream == null;
    keepClient = exchange.mayPersist() && (!decoded || encoded);
    if (decoded || filtered) {
      head.dropAll(KnownHeader.CONTENT_LENGTH);
    }
    if (decoded || !keepsFraming()) {
      head.dropAll(KnownHeader.TRANSFER_ENCODING);
    }
    if (stream != null) {
      return;
    }
    if ((decoded && !(encoded && passesTrailers())) || !toHttp11) {
      head.dropAll(KnownHeader.TRAILER);
    }
    if (hasBody && !decoded && body.isFramed() && !head.has(KnownHeader.CONTENT_LENGTH)) {
      head.append(EMPTY); // It ended with its head, or its length would not be known.
    }
    if (encoded) {
      head.append(CHUNKED);
    }
    if (!keepClient) {
      head.append(CLOSE);
    } else if (!toHttp11) {
      head.append(KEEP_ALIVE);
    }
  }

  /** Whether trailers come apart from the body, which nobody changes. */
  private boolean passesTrailers() {
    return (body.isFramed() || body.isChunked()) && !filtered();
  }

  /** Whether the client understands chunks. */
  private boolean keepsFraming() {
    return toHttp11 && stream == null;
  }

  private void writeHead(ByteBuf in) throws HttpFault {
    if (stream != null) {
      stream.head(head, body.complete() && !decoded);
      return;
    }
    int there = in.readableBytes();
    if (decoded || body.complete() || there == 0 || there > COPIED_WITH_HEAD) {
      client.write(head.render(client.allocator(), 0));
      return;
    }
    ByteBuf out = head.render(client.allocator(), there);
    try {
      ByteBuf part = body.verbatim(in, client.allocator());
      if (part != null) {
        exchange.figures().sent(part.readableBytes());
        show(part);
        out.writeBytes(part);
        part.release();
      }
    } catch (HttpFault fault) {
      out.release();
      throw fault;
    }
    client.write(out);
  }

  private void readBody(ByteBuf in) throws HttpFault {
    if (!decoded) {
      ByteBuf part = body.verbatim(in, client.allocator());
      if (part != null) {
        show(part);
        send(part);
      }
      return;
    }
    ByteBuf part = body.data(in);
    while (part != null) {
      if (stream != null && !filtered()) {
        show(part);
        send(part);
      } else {
        try {
          pass(0, part.nioBuffer());
        } finally {
          part.release();
        }
      }
      part = body.data(in);
    }
  }

  /** Shows a part to those who look on, where nobody changes it. */
  private void show(ByteBuf part) {
    for (Watched each : watched) {
      each.see(part.nioBuffer());
    }
  }

  private void endBody() {
    if (decoded) {
      endFilters();
    }
    boolean whole = !body.isUntilClose();
    for (Watched each : watched) {
      each.end(whole);
    }
    if (encoded) {
      endChunks(passesTrailers() ? body.trailers() : null);
    }
    if (stream != null) {
      stream.end(filtered() ? null : body.trailers());
    }
    phase = Phase.DONE;
  }

  private void endChunks(@Nullable HttpHead trailers) {
    send(
        trailers == null
            ? Unpooled.wrappedBuffer(LAST_CHUNK)
            : Unpooled.wrappedBuffer(
                Unpooled.wrappedBuffer(LAST_SIZE), trailers.render(client.allocator(), 0)));
  }

  /** Passes decoded data through the filters from {@code index} on, then to the client. */
  private void pass(int index, ByteBuffer data) {
    if (!data.hasRemaining()) {
      return;
    }
    if (index < filters.size()) {
      filters.get(index).filter(data, false, out -> pass(index + 1, out));
      return;
    }
    ByteBuf out = client.allocator().ioBuffer(data.remaining() + 24);
    if (encoded) {
      ByteBufUtil.writeAscii(out, Integer.toHexString(data.remaining()));
      out.writeBytes(LINE_END);
    }
    out.writeBytes(data);
    if (encoded) {
      out.writeBytes(LINE_END);
    }
    send(out);
  }

  private void endFilters() {
    for (int i = 0; i < filters.size(); i++) {
      int after = i + 1;
      filters.get(i).filter(ByteBuffer.allocate(0), true, out -> pass(after, out));
    }
  }

  /**
   * The server's connection ended after the response had begun: true if that was the response's
   * proper end.
   *
   * @param broken whether it ended by an error
   */
  boolean endedByClose(boolean broken) {
    if (phase != Phase.BODY || broken || !body.closed()) {
      return false;
    }
    endBody();
    exchange.responseComplete(false, keepClient);
    return true;
  }

  void addFilter(BodyFilter filter) {
    if (!inStages) {
      throw new IllegalStateException(
          "a stage can add a filter only while it handles the response");
    }
    filters.add(filter);
  }

  void addWatcher(BodyWatcher watcher) {
    Watched added = new Watched(watcher, e -> exchange.watcherFailed(watcher, e));
    addFilter(added);
    watched.add(added);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
