package dev.shunt.scheduler.xdp.model;

import dev.shunt.replication.Flow;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.SessionEvent.Kind;
import dev.shunt.scheduler.SynCookies.Use;
import dev.shunt.scheduler.xdp.layout.Aside;
import dev.shunt.scheduler.xdp.model.Embryos.Embryo;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a packet does to its session, and where it goes by it. */
final class SessionRules {

  private final ModelTables tables;
  private final RowChoice rows;
  private final PairRules pairs;
  private final HandshakeRules handshakes;

  SessionRules(ModelTables tables, RowChoice rows, PairRules pairs, HandshakeRules handshakes) {
    this.tables = tables;
    this.rows = rows;
    this.pairs = pairs;
    this.handshakes = handshakes;
  }

  /** Where a packet goes; null if it is of no service. */
  @Nullable Choice choose(Packet packet) {
    RecentFlows recents = tables.recents(packet.ipv4);
    int recent = recents.target(packet, tables.now.tick());
    boolean mustBeSeen = packet.closes || packet.isSyn() || isSessionLabel(packet.came);
    if (recent != 0 && !mustBeSeen && !takesNothing(recent)) {
      return recents.follow(packet);
    }
    Map<Flow, ModelSession> sessions = tables.sessions(packet.ipv4);
    ModelSession session = sessions.get(packet.flow());
    Choice choice = session == null ? first(packet) : next(packet, session);
    if (session != null) {
      recents.lookedUp(packet, session, tables.now.tick(), sessions);
    }
    return choice != null && isSessionLabel(packet.came) ? choice.withoutLabel() : choice;
  }

  private static boolean isSessionLabel(int label) {
    return label >= Rules.FIRST_SESSION;
  }

  private @Nullable ModelTarget target(int label) {
    return tables.targets.get(label);
  }

  private boolean takesNothing(int label) {
    ModelTarget target = target(label);
    return target == null || target.takesNothing();
  }

  /** An unknown session label makes a session this machine's, unless this is the scheduler. */
  private boolean choseThisMachine(Packet packet) {
    return isSessionLabel(packet.came) && !tables.holdsLease() && tables.ownLabel != 0;
  }

  private @Nullable Choice first(Packet packet) {
    ModelService service = tables.service(packet.flow());
    if (service == null) {
      return null;
    }
    return choseThisMachine(packet) ? learn(packet, service) : unknown(packet, service);
  }

  private @Nullable Choice next(Packet packet, ModelSession session) {
    boolean overrules =
        session.target == tables.ownLabel
            || beganAnew(packet, session)
            || (packet.opens && session.label != packet.came);
    return choseThisMachine(packet) && overrules
        ? learnAgain(packet, session)
        : known(packet, session);
  }

  /** The first here of a new start, where the table has only the end of what was before. */
  private static boolean beganAnew(Packet packet, ModelSession session) {
    return session.state == SessionState.CLOSING
        && session.label != packet.came
        && !packet.opens
        && !packet.closes;
  }

  private Choice learn(Packet packet, ModelService service) {
    ModelSession session = newSession(tables.ownLabel, service.index() + 1);
    session.state = SessionState.ESTABLISHED;
    if (packet.closes) {
      session.state = SessionState.CLOSING;
    } else if (packet.opens) {
      session.state = SessionState.OPENING;
    }
    session.label = packet.came;
    if (!insert(packet, session)) {
      // Nothing would take the label's entry away again.
      return new Choice(tables.ownLabel, service.index() + 1, Way.TABLE_FULL, 0);
    }
    setOwn(packet, session);
    return new Choice(tables.ownLabel, service.index() + 1, Way.LEARN, 0);
  }

  private Choice learnAgain(Packet packet, ModelSession session) {
    if (session.label != packet.came) {
      giveUp(packet, session.label);
    }
    session.target = tables.ownLabel;
    if (beganAnew(packet, session)) {
      session.state = SessionState.OPENING;
      tables.load(session.target, 1);
      tables.admissions.count(session.service, 1);
    }
    session.label = packet.came;
    setOwn(packet, session);
    advance(packet, session);
    seen(session);
    return new Choice(tables.ownLabel, session.service, Way.LEARN, 0);
  }

  private void setOwn(Packet packet, ModelSession session) {
    ModelTarget own = target(tables.ownLabel);
    if (own != null) {
      pairs.setForth(session, own, packet.mark, packet.ipv4);
    }
  }

  /** What other members opened is not seen here; a count over the table puts that right. */
  private void countLive(ModelSession session, long change) {
    if (session.state != SessionState.CLOSING) {
      tables.load(session.target, change);
    }
  }

  private void seen(ModelSession session) {
    session.packets++;
    session.lastSeen = tables.now.coarse();
  }

  private ModelSession newSession(int target, int service) {
    ModelSession session = new ModelSession();
    session.target = target;
    session.service = service;
    session.packets = 1;
    session.lastSeen = tables.now.coarse();
    return session;
  }

  private boolean insert(Packet packet, ModelSession session) {
    Map<Flow, ModelSession> sessions = tables.sessions(packet.ipv4);
    if (sessions.size() >= tables.maxSessions) {
      return false;
    }
    sessions.put(packet.flow(), session);
    return true;
  }

  private void tell(Packet packet, ModelSession session, Kind kind) {
    tables.tell(
        new ModelEvent(
            kind,
            packet.flow(),
            session.target,
            session.label,
            session.clientMac,
            session.clientLabels));
  }

  // A packet whose session is in the table.

  private @Nullable Choice known(Packet packet, ModelSession session) {
    ModelTarget target = target(session.target);
    boolean gone = target == null || target.takesNothing();
    boolean moves = packet.opens && mayMove(packet, session, target);
    if (gone || moves) {
      return strayed(packet, session, moves);
    }
    if (session.service == 0) {
      // Another member told of it.
      ModelService service = tables.service(packet.flow());
      session.service = service == null ? 0 : service.index() + 1;
    }
    Choice choice = new Choice(session.target, session.service, Way.SESSION, session.label);
    advance(packet, session);
    seen(session);
    if (session.label != 0) {
      followClient(packet, session);
    }
    return choice;
  }

  /** A start takes a session elsewhere only when its target cannot be hurt by that. */
  private static boolean mayMove(
      Packet packet, ModelSession session, @Nullable ModelTarget target) {
    if (target == null || target.takesNothing()) {
      return true;
    }
    return packet.isTcp()
        && switch (target.state()) {
          case DOWN -> true;
          case DRAINED -> session.state == SessionState.CLOSING;
          case UP, GONE -> false;
        };
  }

  private void advance(Packet packet, ModelSession session) {
    SessionState before = session.state;
    if (packet.closes) {
      session.state = SessionState.CLOSING;
      if (before != SessionState.CLOSING) {
        tables.load(session.target, -1);
        tables.admissions.count(session.service, -1);
        tell(packet, session, Kind.CLOSING);
      }
    } else if (packet.isSyn()) {
      if (before == SessionState.CLOSING) {
        session.state = SessionState.OPENING;
        tables.load(session.target, 1);
        tables.admissions.count(session.service, 1);
        tell(packet, session, Kind.OPENED);
      }
    } else if (before == SessionState.OPENING) {
      session.state = SessionState.ESTABLISHED;
      tell(packet, session, Kind.ESTABLISHED);
    }
  }

  /** The way back follows the client: its router, and whether it has asked for labels. */
  private void followClient(Packet packet, ModelSession session) {
    boolean asks = packet.came == Rules.ASK && !session.clientLabels;
    if (isSessionLabel(packet.came) || (!asks && session.clientMac == packet.clientMac)) {
      return;
    }
    session.clientMac = packet.clientMac;
    session.clientLabels |= asks;
    pairs.setBack(session, packet.mark, packet.ipv4);
    if (asks && session.state == SessionState.ESTABLISHED) {
      tell(packet, session, Kind.ESTABLISHED);
    }
  }

  private @Nullable Choice strayed(Packet packet, ModelSession session, boolean moves) {
    ModelService service = tables.service(packet.flow());
    if (service == null) {
      return null;
    }
    if (!moves) {
      return stateless(packet, service);
    }
    int label = rows.opening(service, packet.flow(), packet.ipv4);
    if (label != 0) {
      countLive(session, -1);
      if (session.state == SessionState.CLOSING) {
        tables.admissions.count(service.index() + 1, 1);
      }
      session.target = label;
      session.state = SessionState.OPENING;
      countLive(session, 1);
      relabel(packet, session, service);
      tell(packet, session, Kind.OPENED);
      seen(session);
    }
    return new Choice(label, service.index() + 1, Way.MOVED, label == 0 ? 0 : session.label);
  }

  private void giveUp(Packet packet, int label) {
    if (label != 0) {
      pairs.clear(label, PairRules.owner(packet.mark));
      pairs.clear(label + 1, PairRules.owner(packet.mark));
      pairs.giveUp(packet.flow(), label);
    }
  }

  private void relabel(Packet packet, ModelSession session, ModelService service) {
    ModelTarget target = target(session.target);
    giveUp(packet, session.label);
    session.label = pairs.take(packet.flow(), service, target);
    if (session.label != 0 && target != null) {
      session.clientMac = packet.clientMac;
      session.clientLabels = packet.came == Rules.ASK;
      pairs.setForth(session, target, packet.mark, packet.ipv4);
      pairs.setBack(session, packet.mark, packet.ipv4);
    }
  }

  // A packet that no session is known of.

  private Choice stateless(Packet packet, ModelService service) {
    int label = rows.anyway(service, packet.flow(), packet.ipv4);
    return new Choice(label, service.index() + 1, service.isSum() ? Way.SUM : Way.STATELESS, 0);
  }

  private Choice unknown(Packet packet, ModelService service) {
    if (!packet.isTcp()) {
      return service.isSum() ? stateless(packet, service) : datagram(packet, service);
    }
    if (service.everyone()) {
      return shared(packet, service);
    }
    Embryo embryo = tables.embryos.find(packet.mark, tables.now.coarse());
    if (embryo != null && embryo.asked() && packet.came == 0) {
      // A client asks on its SYN, and that holds for what follows.
      packet.came = Rules.ASK;
    }
    if (packet.opens) {
      return conceive(packet, service, embryo);
    }
    if (embryo != null && !takesNothing(embryo.target())) {
      return hatch(packet, service, embryo.target());
    }
    return goOn(packet, service);
  }

  /** Sent to this machine alone: handed on to whose it is, and nothing is remembered. */
  private Choice shared(Packet packet, ModelService service) {
    int label =
        packet.opens
            ? rows.opening(service, packet.flow(), packet.ipv4)
            : rows.anyway(service, packet.flow(), packet.ipv4);
    return new Choice(label, service.index() + 1, Way.SUM, 0);
  }

  /** The answer to a cookie is a new connection; of others in a flood nothing is remembered. */
  private Choice goOn(Packet packet, ModelService service) {
    if (service.cookies().use() != Use.OFF && packet.continues) {
      if (handshakes.isAnswer(packet)) {
        return open(packet, service, true, false);
      }
      tables.aside(Aside.COOKIE_INVALID);
      if (tables.floods.add(service, tables.now.coarse())) {
        return stateless(packet, service);
      }
    }
    Choice choice = stateless(packet, service);
    if (!packet.continues || choice.target() == 0 || service.isSum()) {
      return choice;
    }
    return begin(packet, service, choice, SessionState.OPENING, Kind.OPENED);
  }

  private Choice datagram(Packet packet, ModelService service) {
    int label = rows.opening(service, packet.flow(), packet.ipv4);
    Choice wanted = new Choice(label, service.index() + 1, Way.NEW, 0);
    Choice choice = tables.admissions.ask(packet, service, wanted);
    return choice.target() == 0
        ? choice
        : begin(packet, service, choice, SessionState.OPENING, Kind.OPENED);
  }

  /** A SYN: half a session, which a repeated one finds again. */
  private Choice conceive(Packet packet, ModelService service, @Nullable Embryo embryo) {
    ModelTarget before = embryo == null ? null : target(embryo.target());
    if (before != null && before.takesOpening()) {
      return new Choice(before.label(), service.index() + 1, Way.OPENING, 0);
    }
    if (handshakes.wants(packet, service)) {
      return new Choice(0, service.index() + 1, Way.SYN, 0);
    }
    return open(packet, service, false, embryo != null);
  }

  /**
   * A new connection.
   *
   * @param proved whether its client is where it says it is
   * @param admitted whether its first SYN was
   */
  private Choice open(Packet packet, ModelService service, boolean proved, boolean admitted) {
    int label = rows.opening(service, packet.flow(), packet.ipv4);
    Choice choice = new Choice(label, service.index() + 1, proved ? Way.COOKIE : Way.NEW, 0);
    if (!admitted) {
      choice = tables.admissions.ask(packet, service, choice);
    }
    if (choice.target() == 0) {
      return choice;
    }
    boolean asked = packet.came == Rules.ASK;
    if (service.isSum() && choice.target() == rows.anyway(service, packet.flow(), packet.ipv4)) {
      // The formula leads its flow; nothing to remember (claim H5).
      return new Choice(choice.target(), choice.service(), Way.SUM, 0);
    }
    if (proved) {
      choice = begin(packet, service, choice, SessionState.ESTABLISHED, Kind.ESTABLISHED);
    }
    if (!proved || choice.way() == Way.TABLE_FULL) {
      tables.embryos.put(packet.mark, tables.now.coarse(), choice.target(), asked);
    }
    return choice;
  }

  /** The packet after the SYN makes a session of it, RST does not. */
  private Choice hatch(Packet packet, ModelService service, int target) {
    if (packet.resets) {
      tables.embryos.forget(packet.mark);
      return new Choice(target, service.index() + 1, Way.OPENING, 0);
    }
    Choice choice = new Choice(target, service.index() + 1, Way.ESTABLISHED, 0);
    choice =
        packet.closes
            ? begin(packet, service, choice, SessionState.CLOSING, Kind.CLOSING)
            : begin(packet, service, choice, SessionState.ESTABLISHED, Kind.ESTABLISHED);
    if (choice.way() != Way.TABLE_FULL) {
      tables.embryos.forget(packet.mark);
    }
    return choice;
  }

  private Choice begin(
      Packet packet, ModelService service, Choice choice, SessionState state, Kind kind) {
    ModelTarget target = target(choice.target());
    ModelSession session = newSession(choice.target(), choice.service());
    session.state = state;
    session.clientMac = packet.clientMac;
    session.clientLabels = packet.came == Rules.ASK;
    session.label = pairs.take(packet.flow(), service, target);
    if (!insert(packet, session)) {
      pairs.giveBack(session.label);
      return new Choice(choice.target(), choice.service(), Way.TABLE_FULL, 0);
    }
    if (session.label != 0 && target != null) {
      pairs.setForth(session, target, packet.mark, packet.ipv4);
      pairs.setBack(session, packet.mark, packet.ipv4);
    }
    countLive(session, 1);
    if (state != SessionState.CLOSING && service.admission().isLimited()) {
      tables.admissions.count(choice.service(), 1);
    }
    tell(packet, session, kind);
    return new Choice(choice.target(), choice.service(), choice.way(), session.label);
  }

  /** Where an ICMP error about a flow goes: nothing is changed by it. Null: of no service. */
  @Nullable Choice follow(Packet packet) {
    ModelService service = tables.service(packet.flow());
    if (service == null) {
      return null;
    }
    int label = 0;
    ModelSession session = tables.sessions(packet.ipv4).get(packet.flow());
    if (session != null) {
      label = session.target;
    } else if (packet.isTcp()) {
      Embryo embryo = tables.embryos.find(packet.mark, tables.now.coarse());
      label = embryo == null ? 0 : embryo.target();
    }
    if (label == 0 || takesNothing(label)) {
      label = rows.anyway(service, packet.flow(), packet.ipv4);
    }
    return new Choice(label, service.index() + 1, Way.ERROR, 0);
  }
}
