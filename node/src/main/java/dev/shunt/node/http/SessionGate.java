package dev.shunt.node.http;

import org.jspecify.annotations.Nullable;

/** Whether the request of one exchange is of an existing session, and may go on. */
final class SessionGate {

  private final ServiceLoop service;
  private final Client client;
  private final @Nullable AdmissionGate gate;
  private boolean existing;

  SessionGate(ServiceLoop service, Client client) {
    this.service = service;
    this.client = client;
    this.gate = service.runtime.gate();
  }

  /**
   * What a request gets that may not go on; null for one that may.
   *
   * @param preferred whether it has a server that a session of its has chosen
   * @param entry where it is remembered
   */
  @Nullable Answer refusal(boolean preferred, RequestEntry entry) {
    Answer crowded = crowded(entry);
    AdmissionGate asked = gate;
    if (asked == null || crowded != null) {
      return crowded;
    }
    existing = preferred || client.inSession();
    if (!existing) {
      service.counters.increment(Count.NEW_SESSIONS);
      if (!asked.admits(service.worker.now())) {
        service.counters.increment(Count.ADMISSION_REFUSED);
        return Answer.busy("no new sessions now", entry.idText(), asked.retryAfter());
      }
    }
    client.sessionBegins();
    return null;
  }

  /** What a request gets while too much waits in memory, whoever would answer it; else null. */
  @Nullable Answer crowded(RequestEntry entry) {
    return service.crowded()
        ? Answer.error(503, "too much waits in memory for slow clients", entry.idText())
        : null;
  }

  /** Its response has begun, or will not come. */
  void answered(long since) {
    AdmissionLoop measuring = service.admission;
    if (measuring != null) {
      measuring.record(existing, service.worker.now() - since);
    }
  }
}
