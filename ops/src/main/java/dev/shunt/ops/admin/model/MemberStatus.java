package dev.shunt.ops.admin.model;

import org.jspecify.annotations.Nullable;

/**
 * A member as another one sees it.
 *
 * @param address on the data interface
 * @param self whether it is the member that answers
 * @param present whether it is reached
 * @param witness whether it only votes and carries no traffic
 * @param scheduler whether it holds the VIPs
 * @param eligible whether it may become scheduler
 * @param drained whether an operator keeps new sessions from it
 * @param target what the scheduler's table says of it: {@code up}, {@code drained}, {@code down} or
 *     {@code gone}; absent of a witness and without a VIP
 * @param label its target label; absent of a witness and without a VIP
 * @param mac its Ethernet address, once known
 * @param version of its software, once known
 */
public record MemberStatus(
    String name,
    String address,
    boolean self,
    boolean present,
    boolean witness,
    boolean scheduler,
    boolean eligible,
    boolean drained,
    @Nullable String target,
    @Nullable Integer label,
    @Nullable String mac,
    @Nullable String version) {}
