package dev.shunt.ops.daemon;

import dev.shunt.ops.admin.LabelFilter;
import dev.shunt.ops.admin.model.LabelRow;
import dev.shunt.ops.admin.model.Labels;
import dev.shunt.ops.admin.model.SessionEntry;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionLabel;
import dev.shunt.replication.SessionTable;
import dev.shunt.scheduler.LabelAction;
import dev.shunt.scheduler.LabelEntry;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the admin API says about the label switching table. */
final class LabelReport {

  private final String member;
  private final SessionReport sessions;
  private final String dataInterface;

  /**
   * @param dataInterface the line card that all labelled packets come in by
   */
  LabelReport(String member, SessionReport sessions, String dataInterface) {
    this.member = member;
    this.sessions = sessions;
    this.dataInterface = dataInterface;
  }

  Labels of(List<LabelEntry> entries, SessionTable table, LabelFilter filter, int limit) {
    Map<Integer, Session> labelled = new HashMap<>();
    table.forEach(session -> {
      if (session.label().isPresent()) {
        labelled.put(SessionLabel.pairOf(session.label().forth()), session);
      }
    });
    Map<Integer, String> lineCards = new HashMap<>();
    List<LabelRow> rows = new ArrayList<>();
    long matching = 0;
    for (LabelEntry entry : entries) {
      String lineCard = lineCards.computeIfAbsent(entry.lineCard(), this::lineCard);
      boolean own = entry.label() >= SessionLabel.FIRST;
      LabelRow row =
          row(entry, lineCard, own ? labelled.get(SessionLabel.pairOf(entry.label())) : null);
      if (filter.matches(row)) {
        matching++;
        if (rows.size() < limit) {
          rows.add(row);
        }
      }
    }
    return new Labels(member, entries.size(), matching, rows);
  }

  /** The session that a label belongs to; as slow as the table is large. */
  Optional<SessionEntry> sessionOf(int label, SessionTable table) {
    List<Session> found = new ArrayList<>();
    int pair = SessionLabel.pairOf(label);
    table.forEach(session -> {
      SessionLabel own = session.label();
      if (own.isPresent() && SessionLabel.pairOf(own.forth()) == pair) {
        found.add(session);
      }
    });
    return found.stream().findFirst().map(sessions::entry);
  }

  private LabelRow row(LabelEntry entry, String lineCard, @Nullable Session session) {
    boolean up = entry.action() == LabelAction.TO_STACK;
    SessionEntry known = session == null ? null : sessions.entry(session);
    return new LabelRow(
        entry.label(),
        direction(entry.label()),
        dataInterface,
        up ? null : lineCard,
        up ? null : entry.port().toString(),
        entry.action().name().toLowerCase(Locale.ROOT),
        entry.packets(),
        sessions.target(entry.target()),
        known == null ? null : known.service(),
        known == null ? null : known.client() + " → " + known.destination());
  }

  /** Claims L7 and L13. */
  private static @Nullable String direction(int label) {
    if (label < SessionLabel.FIRST) {
      return null;
    }
    return label % 2 == 1 ? "C2S" : "S2C";
  }

  private String lineCard(int index) {
    try {
      NetworkInterface found = index == 0 ? null : NetworkInterface.getByIndex(index);
      return found == null ? dataInterface : found.getName();
    } catch (SocketException e) {
      return Integer.toString(index);
    }
  }
}
