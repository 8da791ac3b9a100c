package dev.shunt.node.stage;

import dev.shunt.node.AddressRange;
import dev.shunt.node.Exchange;
import dev.shunt.node.RequestHead;
import dev.shunt.node.Stage;
import dev.shunt.node.StageContext;
import dev.shunt.node.StageFactory;
import dev.shunt.node.StageProvider;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * Access rules: who may send requests, by address. The first rule whose range has the client's
 * address decides; everybody else is refused with 403.
 *
 * <p>Settings: {@code rules} (a list of {@code allow RANGE} and {@code deny RANGE}), {@code
 * otherwise} ({@code allow} or {@code deny}: who is in none of them). The client is who {@link
 * Exchange#client} says; {@code X-Forwarded-For} is not asked.
 */
public final class AccessRules implements StageProvider {

  public static final String NAME = "access";
  public static final int MAX_RULES = 1024;
  private static final String KEY_RULES = "rules";
  private static final String KEY_OTHERWISE = "otherwise";
  private static final String ALLOW = "allow";
  private static final String DENY = "deny";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public StageFactory configure(StageContext context) {
    context.allow(Set.of(KEY_RULES, KEY_OTHERWISE));
    List<String> texts = context.list(KEY_RULES);
    if (texts.isEmpty() || texts.size() > MAX_RULES) {
      throw new IllegalArgumentException(
          "%s: found %d, allowed is 1 to %d such as 'allow 10.0.0.0/8' or 'deny 2001:db8::/32'"
              .formatted(KEY_RULES, texts.size(), MAX_RULES));
    }
    AddressRules.Builder rules = new AddressRules.Builder();
    for (int i = 0; i < texts.size(); i++) {
      read(texts.get(i), i, rules);
    }
    String otherwise = context.setting(KEY_OTHERWISE, "nothing");
    Factory factory =
        new Factory(
            rules.build(
                isAllow(
                    otherwise,
                    KEY_OTHERWISE + ": found '" + otherwise + "', allowed is allow or deny")));
    context.meters().counter("access_denied", factory.denied::sum);
    return factory;
  }

  private static void read(String text, int index, AddressRules.Builder rules) {
    int space = text.indexOf(' ');
    String allowed =
        "%s[%d]: found '%s', allowed is such as 'allow 10.0.0.0/8' or 'deny 2001:db8::/32'"
            .formatted(KEY_RULES, index, text);
    boolean allow = isAllow(space < 0 ? "" : text.substring(0, space), allowed);
    try {
      rules.add(AddressRange.parse(text.substring(space).strip()), allow);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(allowed, e);
    }
  }

  private static boolean isAllow(String word, String complaint) {
    if (!word.equals(ALLOW) && !word.equals(DENY)) {
      throw new IllegalArgumentException(complaint);
    }
    return word.equals(ALLOW);
  }

  /** The rules of one service. */
  private record Factory(AddressRules rules, LongAdder denied) implements StageFactory {

    Factory(AddressRules rules) {
      this(rules, new LongAdder());
    }

    @Override
    public Stage get() {
      return new Gate(rules, denied);
    }
  }

  /** Asks the rules, once for the requests of one connection that follow each other. */
  private static final class Gate implements Stage {

    private static final Map<String, String> HEADERS =
        Map.of("Content-Type", "text/plain; charset=utf-8");
    private static final byte[] BODY =
        "403 Forbidden: not from this address\n".getBytes(StandardCharsets.US_ASCII);

    private final AddressRules rules;
    private final LongAdder denied;
    private InetAddress known = InetAddress.getLoopbackAddress();
    private boolean allowed;

    Gate(AddressRules rules, LongAdder denied) {
      this.rules = rules;
      this.denied = denied;
      this.allowed = rules.allows(known);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // Only to save work.
    public void onRequest(RequestHead request, Exchange exchange) {
      InetAddress client = exchange.client().getAddress();
      if (client != known) {
        known = client;
        allowed = rules.allows(client);
      }
      if (!allowed) {
        denied.increment();
        exchange.answer(403, HEADERS, BODY);
      }
    }
  }
}
