package dev.shunt.scheduler;

import java.util.Locale;

/** Why a new session was refused, {@code enum refusal}. */
public enum Refusal {
  /** The service has as many as {@link Admission#maxSessions}. */
  SESSIONS,
  /** No target that was tried has room: {@link Admission#maxSessionsPerTarget}. */
  TARGETS,
  /** Too many in too short a time: {@link Admission#newSessionsPerSecond}. */
  RATE,
  /** Answers take longer than {@link Admission#maxResponseTime}. */
  LOAD;

  /** Its name in counters. */
  public String counter() {
    return name().toLowerCase(Locale.ROOT);
  }
}
