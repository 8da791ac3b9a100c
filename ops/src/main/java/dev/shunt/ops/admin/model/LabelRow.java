package dev.shunt.ops.admin.model;

import org.jspecify.annotations.Nullable;

/**
 * A row of the label switching table (claim L5).
 *
 * @param direction {@code C2S} or {@code S2C} of a session's label; none of a target's
 * @param in the line card that labelled packets come in by
 * @param out the line card that they go out by; none where they go up
 * @param port the Ethernet address of the next hop; none where they go up
 * @param action {@code to_stack}, {@code to_port} or {@code pop_to_port}
 * @param packets how many went by it, of a session's label
 * @param target the name of the session's target, or of the target itself
 * @param service the session's
 * @param session client and destination
 */
public record LabelRow(
    int label,
    @Nullable String direction,
    String in,
    @Nullable String out,
    @Nullable String port,
    String action,
    long packets,
    String target,
    @Nullable String service,
    @Nullable String session) {}
