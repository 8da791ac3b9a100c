package dev.shunt.scheduler.admission;

import dev.shunt.scheduler.AdmissionState;
import dev.shunt.scheduler.Service;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns response times into the share of new sessions that each service refuses. Every member steps
 * its own with the same reports, so that whoever becomes scheduler goes on where the last one was.
 * Used by one thread.
 */
public final class LoadShedder {

  private final Map<Service, ShedControl> controls = new HashMap<>();
  private long steppedNanos;
  private boolean stepped;

  /**
   * @param services all there are; those whose response time has no limit are left alone
   */
  public LoadShedder(List<Service> services) {
    for (Service service : services) {
      if (service.admission().limitsResponseTime()) {
        controls.put(service, new ShedControl(service.admission().maxResponseTime()));
      }
    }
  }

  /**
   * May be called as often as one likes; it acts once a second.
   *
   * @param responseTimes mean over a service's targets; none where nothing was measured
   * @return of {@link AdmissionState#ALL} new sessions so many are to be refused
   */
  public Map<Service, Integer> step(Map<Service, Duration> responseTimes, long nowNanos) {
    if (!stepped || nowNanos - steppedNanos >= ShedControl.PERIOD.toNanos()) {
      stepped = true;
      steppedNanos = nowNanos;
      controls.forEach(
          (service, control) -> control.step(Optional.ofNullable(responseTimes.get(service))));
    }
    Map<Service, Integer> shares = new HashMap<>();
    controls.forEach(
        (service, control) -> shares.put(service, control.refused(AdmissionState.ALL)));
    return shares;
  }
}
