package dev.shunt.node.http;

import dev.shunt.node.BodyFilter;
import dev.shunt.node.Exchange;
import dev.shunt.node.RequestHead;
import dev.shunt.node.ResponseHead;
import dev.shunt.node.Stage;
import dev.shunt.node.StageContext;
import dev.shunt.node.StageFactory;
import dev.shunt.node.StageProvider;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A stage as a plug-in would bring it; what it does is a setting. */
public final class TestStages implements StageProvider {

  static final List<String> LOG = new CopyOnWriteArrayList<>();

  @Override
  public String name() {
    return "test";
  }

  @Override
  public StageFactory configure(StageContext context) {
    String what = context.setting("do", "nothing");
    return switch (what) {
      case "edit" -> Edit::new;
      case "answer" -> Answering::new;
      case "upper" -> Upper::new;
      case "fail-request" -> () -> failing(true);
      case "fail-response" -> () -> failing(false);
      case "log" -> () -> new Logging(context.setting("tag", ""));
      default -> throw new IllegalArgumentException("do: found '" + what + "'");
    };
  }

  private static final class Edit implements Stage {
    @Override
    public void onRequest(RequestHead request, Exchange exchange) {
      request.set("X-Method", request.method() + " " + request.target() + " " + request.host());
      request.removeAll("x-old");
      exchange.attach(this, request.header("x-id").orElse("none"));
    }

    @Override
    public void onResponse(ResponseHead response, Exchange exchange) {
      response.set("Server", "shunt");
      response.add("X-Id", (String) exchange.attachment(this).orElseThrow());
    }
  }

  private static final class Answering implements Stage {
    @Override
    public void onRequest(RequestHead request, Exchange exchange) {
      if (request.target().equals("/own")) {
        exchange.answer(
            302, Map.of("Location", "/other"), "see".getBytes(StandardCharsets.US_ASCII));
      }
    }
  }

  private static final class Upper implements Stage {
    @Override
    public void onResponse(ResponseHead response, Exchange exchange) {
      exchange.filterBody(new UpperFilter());
    }
  }

  private static final class UpperFilter implements BodyFilter {
    @Override
    public void filter(ByteBuffer in, boolean last, Consumer<ByteBuffer> out) {
      byte[] bytes = new byte[in.remaining()];
      in.get(bytes);
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == '!') {
          throw new IllegalStateException("a filter that fails");
        }
        bytes[i] = (byte) Character.toUpperCase(bytes[i]);
      }
      out.accept(ByteBuffer.wrap(bytes));
      if (last) {
        out.accept(ByteBuffer.wrap(new byte[] {'.'}));
      }
    }
  }

  private static Stage failing(boolean request) {
    return new Stage() {
      @Override
      public void onRequest(RequestHead head, Exchange exchange) {
        if (request) {
          throw new IllegalStateException("a stage that fails");
        }
      }

      @Override
      public void onResponse(ResponseHead head, Exchange exchange) {
        throw new IllegalStateException("a stage that fails");
      }
    };
  }

  private record Logging(String tag) implements Stage {
    @Override
    public void onRequest(RequestHead request, Exchange exchange) {
      LOG.add(tag + " request");
    }

    @Override
    public void onResponse(ResponseHead response, Exchange exchange) {
      LOG.add(tag + " response " + response.status());
    }

    @Override
    public void onEnd(Exchange exchange) {
      LOG.add(tag + " end " + exchange.status() + " " + exchange.request().target());
    }
  }
}
