package dev.shunt.node.stage;

import dev.shunt.node.Exchange;
import dev.shunt.node.RequestHead;
import dev.shunt.node.ResponseHead;
import dev.shunt.node.Stage;
import dev.shunt.node.StageContext;
import dev.shunt.node.StageFactory;
import dev.shunt.node.StageProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Header rules: sets, adds, removes and renames headers of requests and responses, in the order of
 * the rules.
 *
 * <p>Settings: {@code request} and {@code response}, each a list of rules as {@link
 * HeaderRule#parse} reads them. A value may have {@link Variable}s; where one has no value (there
 * is no TLS, no certificate) the header is not added, and {@code set} has removed what was there.
 */
public final class HeaderRules implements StageProvider {

  public static final String NAME = "headers";
  private static final String KEY_REQUEST = "request";
  private static final String KEY_RESPONSE = "response";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public StageFactory configure(StageContext context) {
    context.allow(Set.of(KEY_REQUEST, KEY_RESPONSE));
    List<HeaderRule> requests = rules(context, KEY_REQUEST);
    List<HeaderRule> responses = rules(context, KEY_RESPONSE);
    if (requests.isEmpty() && responses.isEmpty()) {
      throw new IllegalArgumentException(
          "found no rules, allowed is a list of them as 'request' or 'response'");
    }
    return () -> new Rules(new HeaderEdit(requests), new HeaderEdit(responses));
  }

  private static List<HeaderRule> rules(StageContext context, String key) {
    List<HeaderRule> rules = new ArrayList<>();
    for (String text : context.list(key)) {
      try {
        rules.add(HeaderRule.parse(text, key.equals(KEY_RESPONSE)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "%s[%d]: %s".formatted(key, rules.size(), e.getMessage()), e);
      }
    }
    return rules;
  }

  /** The rules of one service on one event loop. */
  private record Rules(HeaderEdit requests, HeaderEdit responses) implements Stage {

    @Override
    public void onRequest(RequestHead request, Exchange exchange) {
      requests.apply(request, exchange, 0);
    }

    @Override
    public void onResponse(ResponseHead response, Exchange exchange) {
      responses.apply(response, exchange, response.status());
    }
  }
}
