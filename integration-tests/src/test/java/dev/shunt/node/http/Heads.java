package dev.shunt.node.http;

import dev.shunt.integrationtests.fuzz.Oracle;
import dev.shunt.integrationtests.fuzz.Parts;
import dev.shunt.node.Exchange;
import dev.shunt.node.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Heads for what looks into them. */
public final class Heads {

  private Heads() {}

  /** The request's head that the bytes begin with, if it is a valid one. */
  public static Optional<RequestHead> request(byte[] bytes) {
    HttpHead head = new HttpHead().forRequest(ShuntReader.LIMITS);
    try {
      ByteBuf in = Parts.whole().cut(bytes).getFirst();
      return head.feed(in) ? Optional.of(head) : Optional.empty();
    } catch (HttpFault refused) {
      return Optional.empty();
    }
  }

  /** What a server gets of a head that {@link #request} read, edits included. */
  public static String sent(RequestHead head) {
    return head instanceof HttpHead own ? rendered(own) : "";
  }

  static String rendered(HttpHead head) {
    ByteBuf out = head.render(UnpooledByteBufAllocator.DEFAULT, 0);
    String text = out.toString(StandardCharsets.ISO_8859_1);
    out.release();
    return text;
  }

  /** A head that was rendered, read again; whoever made it must have made exactly one. */
  static HttpHead again(HttpHead into, String rendered) throws HttpFault {
    ByteBuf in = Parts.whole().cut(Oracle.bytes(rendered)).getFirst();
    Oracle.require(into.feed(in) && !in.isReadable(), "what is sent is not one head");
    return into;
  }

  /** An exchange that knows only this; its other methods return nothing. */
  public static Exchange exchange(Map<String, Object> answers) {
    return knowing(Exchange.class, answers);
  }

  /** An object whose methods return what is told by their names, or nothing. */
  public static <T> T knowing(Class<T> type, Map<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, _) -> answers.get(method.getName())));
  }
}
