package dev.shunt.node.http;

import dev.shunt.integrationtests.fuzz.Parts;
import dev.shunt.node.http.MessageReading.End;
import dev.shunt.node.http.MessageReading.Message;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads a stream of messages as Netty's own decoder does, as strictly as it can. */
final class NettyReader {

  private final EmbeddedChannel channel;
  private final List<Message> messages = new ArrayList<>();
  private End end = End.MORE;
  private String detail = "";
  private boolean open;
  private String startLine = "";
  private List<String> fields = List.of();
  private StringBuilder data = new StringBuilder();

  private NettyReader(EmbeddedChannel channel) {
    this.channel = channel;
  }

  private static HttpDecoderConfig strict() {
    return new HttpDecoderConfig()
        .setMaxInitialLineLength(8192)
        .setMaxHeaderSize(65_536)
        .setValidateHeaders(true)
        .setStrictLineParsing(true)
        .setUseRfc9112TransferEncoding(true)
        .setAllowDuplicateContentLengths(false);
  }

  static MessageReading requests(byte[] input, Parts parts) {
    EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder(strict()));
    return new NettyReader(channel).read(input, parts);
  }

  static MessageReading responses(byte[] input, Parts parts) {
    EmbeddedChannel channel = new EmbeddedChannel(new HttpResponseDecoder(strict()));
    return new NettyReader(channel).read(input, parts);
  }

  private MessageReading read(byte[] input, Parts parts) {
    for (ByteBuf part : parts.cut(input)) {
      channel.writeInbound(part);
      for (Object each = channel.readInbound(); each != null; each = channel.readInbound()) {
        if (each instanceof HttpObject message) {
          take(message);
        } else {
          end = End.CLOSE; // What follows a 101 is another protocol's.
        }
        ReferenceCountUtil.release(each);
      }
    }
    if (open) {
      messages.add(message(List.of(), false));
    }
    channel.finishAndReleaseAll();
    return new MessageReading(messages, end, detail, 0);
  }

  private void take(HttpObject part) {
    if (end != End.MORE) {
      return;
    }
    if (part.decoderResult().isFailure()) {
      end = End.REFUSED;
      detail = part.decoderResult().cause().toString();
      return;
    }
    if (part instanceof HttpMessage head) {
      startLine = startLine(head);
      fields = lines(head.headers());
      data = new StringBuilder();
      open = true;
    }
    if (part instanceof HttpContent content) {
      data.append(content.content().toString(StandardCharsets.ISO_8859_1));
    }
    if (part instanceof LastHttpContent last && open) {
      messages.add(message(lines(last.trailingHeaders()), true));
      open = false;
    }
  }

  private Message message(List<String> trailers, boolean complete) {
    return new Message(startLine, fields, data.toString(), trailers, complete);
  }

  private static String startLine(HttpMessage head) {
    return switch (head) {
      case HttpRequest r -> r.method() + " " + r.uri() + " " + r.protocolVersion().text();
      case HttpResponse r -> r.protocolVersion().text() + " " + r.status().code();
      default -> throw new IllegalArgumentException(head.toString());
    };
  }

  private static List<String> lines(HttpHeaders headers) {
    return headers.entries().stream().map(e -> e.getKey() + ": " + e.getValue()).toList();
  }
}
