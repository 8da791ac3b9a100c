package dev.shunt.ops.admin.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a member is doing, in one answer.
 *
 * @param array the array's name
 * @param member the member that answers
 * @param version of the software
 * @param config fingerprint of the shared configuration
 * @param uptimeMillis since the daemon's start
 * @param role scheduler, node or witness, and since when
 * @param view who is present
 * @param replication the shared tables; absent on a witness and a member that stands alone
 * @param dataPlane the kernel's part; absent on a witness and without a VIP
 * @param node the proxy; absent on a witness
 * @param warnings what an operator should look at; empty when all is well
 */
public record Status(
    String array,
    String member,
    String version,
    String config,
    long uptimeMillis,
    RoleStatus role,
    ViewStatus view,
    @Nullable ReplicationStatus replication,
    @Nullable DataPlaneStatus dataPlane,
    @Nullable NodeStatus node,
    List<String> warnings) {

  public Status {
    warnings = List.copyOf(warnings);
  }
}
