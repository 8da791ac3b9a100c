package dev.shunt.ops.admin.model;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The kernel program of a member.
 *
 * @param attached whether it is on the interface
 * @param mode how it hooks in: {@code native} or {@code generic}
 * @param adopted whether it was running before this daemon
 * @param networkInterface where
 * @param mac the interface's Ethernet address
 * @param outcomes packets by what became of them, since the program was loaded
 * @param admission how services with limits admit new sessions, by their names
 * @param labelPairs none where no service wants labels for its sessions
 * @param cookieObstacle why this machine takes no SYN cookies; null if it takes them
 */
public record DataPlaneStatus(
    boolean attached,
    String mode,
    boolean adopted,
    String networkInterface,
    String mac,
    SortedMap<String, Long> outcomes,
    SortedMap<String, AdmissionStatus> admission,
    @Nullable LabelPairs labelPairs,
    @Nullable String cookieObstacle) {

  public DataPlaneStatus(
      boolean attached,
      String mode,
      boolean adopted,
      String networkInterface,
      String mac,
      Map<String, Long> outcomes,
      Map<String, AdmissionStatus> admission,
      @Nullable LabelPairs labelPairs,
      @Nullable String cookieObstacle) {
    this(
        attached,
        mode,
        adopted,
        networkInterface,
        mac,
        new TreeMap<>(outcomes),
        new TreeMap<>(admission),
        labelPairs,
        cookieObstacle);
  }
}
