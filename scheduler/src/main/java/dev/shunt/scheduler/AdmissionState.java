package dev.shunt.scheduler;

import java.util.Map;

/**
 * How a service with limits stands in this member's kernel.
 *
 * @param sessions live ones
 * @param shed of {@value #ALL} new sessions so many are refused by load
 * @param refused new sessions refused since the kernel has had the service, each reason's
 */
public record AdmissionState(long sessions, int shed, Map<Refusal, Long> refused) {

  /** What a share is counted in. */
  public static final int ALL = 1 << 16;

  public AdmissionState {
    refused = Map.copyOf(refused);
  }
}
