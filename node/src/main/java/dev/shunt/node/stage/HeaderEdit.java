package dev.shunt.node.stage;

import dev.shunt.node.Exchange;
import dev.shunt.node.HeaderName;
import dev.shunt.node.MessageHead;
import dev.shunt.node.PreparedHeader;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries rules out on one head after the other. Each rule sees what those before it did, though a
 * head shows only what was received: what is to be added is a list here until all rules are done.
 */
final class HeaderEdit {

  private static final int NO_RULE = -1;

  private final HeaderRule[] rules;
  private final String[] names;
  private final @Nullable PreparedHeader[] constants;
  private final ByteLine line = new ByteLine();

  /** What is to be added: its name, and the rule or the received header that its value is of. */
  private HeaderName[] addedNames = new HeaderName[16];

  private int[] addedRules = new int[16];
  private int[] addedHeaders = new int[16];
  private int added;

  HeaderEdit(List<HeaderRule> rules) {
    this.rules = rules.toArray(HeaderRule[]::new);
    this.names = rules.stream().map(rule -> rule.name().lower()).toArray(String[]::new);
    this.constants = new PreparedHeader[this.rules.length];
    for (int i = 0; i < constants.length; i++) {
      ValueTemplate value = this.rules[i].value();
      String constant = value == null ? null : value.constant();
      if (constant != null) {
        constants[i] = new PreparedHeader(this.rules[i].name().toString(), constant);
      }
    }
  }

  /**
   * @param status of a response
   */
  void apply(MessageHead head, Exchange exchange, int status) {
    added = 0;
    for (int i = 0; i < rules.length; i++) {
      if (rules[i].isFor(status)) {
        apply(i, head);
      }
    }
    for (int i = 0; i < added; i++) {
      emit(i, head, exchange);
    }
  }

  private void apply(int index, MessageHead head) {
    HeaderRule rule = rules[index];
    String name = names[index];
    switch (rule.action()) {
      case SET -> {
        if (!rule.ifAbsent() || isAbsent(head, name)) {
          remove(head, name);
          add(rule.name(), index, 0);
        }
      }
      case ADD -> {
        if (!rule.ifAbsent() || isAbsent(head, name)) {
          add(rule.name(), index, 0);
        }
      }
      case REMOVE -> remove(head, name);
      case RENAME -> rename(head, name, rule.to());
    }
  }

  private boolean isAbsent(MessageHead head, String name) {
    for (int i = 0; i < added; i++) {
      if (addedNames[i].lower().equals(name)) {
        return false;
      }
    }
    return head.find(name, 0) < 0;
  }

  private void remove(MessageHead head, String name) {
    head.removeAll(name);
    int kept = 0;
    for (int i = 0; i < added; i++) {
      if (!addedNames[i].lower().equals(name)) {
        addedNames[kept] = addedNames[i];
        addedRules[kept] = addedRules[i];
        addedHeaders[kept++] = addedHeaders[i];
      }
    }
    added = kept;
  }

  private void rename(MessageHead head, String name, HeaderName to) {
    for (int i = 0; i < added; i++) {
      if (addedNames[i].lower().equals(name)) {
        addedNames[i] = to;
      }
    }
    for (int i = head.find(name, 0); i >= 0; i = head.find(name, i + 1)) {
      head.remove(i);
      add(to, NO_RULE, i);
    }
  }

  private void add(HeaderName name, int rule, int header) {
    if (added == addedNames.length) {
      addedNames = Arrays.copyOf(addedNames, 2 * added);
      addedRules = Arrays.copyOf(addedRules, 2 * added);
      addedHeaders = Arrays.copyOf(addedHeaders, 2 * added);
    }
    addedNames[added] = name;
    addedRules[added] = rule;
    addedHeaders[added++] = header;
  }

  private void emit(int index, MessageHead head, Exchange exchange) {
    HeaderName name = addedNames[index];
    int rule = addedRules[index];
    line.clear();
    if (rule == NO_RULE) {
      int header = addedHeaders[index];
      line.put(head, head.valueStart(header), head.valueEnd(header));
      head.add(name, line.bytes(), line.length());
      return;
    }
    PreparedHeader constant = constants[rule];
    ValueTemplate value = rules[rule].value();
    if (constant != null && name.equals(rules[rule].name())) {
      head.add(constant);
    } else if (value != null && value.write(exchange, line)) {
      head.add(name, line.bytes(), line.length());
    }
  }
}
