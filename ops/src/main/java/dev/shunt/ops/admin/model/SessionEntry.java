package dev.shunt.ops.admin.model;

import org.jspecify.annotations.Nullable;

/**
 * A session of the array.
 *
 * @param id of its flow, the same on every member
 * @param protocol {@code tcp} or {@code udp}
 * @param client address and port
 * @param destination the VIP and port
 * @param service its name, if the destination is one
 * @param target the name of the target it is bound to
 * @param label the target's label
 * @param c2s its own label from client to server, if it has one
 * @param s2c and the one back
 * @param state {@code opening}, {@code established} or {@code closing}
 * @param term of the scheduler that wrote it
 * @param ageMillis since it began
 */
public record SessionEntry(
    String id,
    String protocol,
    String client,
    String destination,
    @Nullable String service,
    String target,
    int label,
    @Nullable Integer c2s,
    @Nullable Integer s2c,
    String state,
    String term,
    long ageMillis) {}
