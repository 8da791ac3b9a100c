package dev.shunt.scheduler.xdp.model;

import dev.shunt.scheduler.xdp.layout.Outcome;

/** How a packet came to its target, which names its outcome. */
enum Way {
  SESSION(Outcome.LOCAL_SESSION, Outcome.FORWARD_SESSION),
  NEW(Outcome.LOCAL_NEW, Outcome.FORWARD_NEW),
  MOVED(Outcome.LOCAL_MOVED, Outcome.FORWARD_MOVED),
  STATELESS(Outcome.LOCAL_STATELESS, Outcome.FORWARD_STATELESS),
  TABLE_FULL(Outcome.LOCAL_TABLE_FULL, Outcome.FORWARD_TABLE_FULL),
  OPENING(Outcome.LOCAL_OPENING, Outcome.FORWARD_OPENING),
  ESTABLISHED(Outcome.LOCAL_ESTABLISHED, Outcome.FORWARD_ESTABLISHED),
  SUM(Outcome.LOCAL_SUM, Outcome.FORWARD_SUM),
  ERROR(Outcome.LOCAL_ERROR, Outcome.FORWARD_ERROR),
  FRAGMENT(Outcome.LOCAL_FRAGMENT, Outcome.FORWARD_FRAGMENT),
  LEARN(Outcome.LABEL_LEARN, Outcome.LABEL_LEARN);

  final Outcome here;
  final Outcome elsewhere;

  Way(Outcome here, Outcome elsewhere) {
    this.here = here;
    this.elsewhere = elsewhere;
  }
}
