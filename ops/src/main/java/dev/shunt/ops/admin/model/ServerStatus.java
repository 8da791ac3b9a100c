package dev.shunt.ops.admin.model;

/**
 * A server of a service, as the answering member sees it.
 *
 * @param state {@code up}, {@code drained}, {@code ejected} or {@code down}
 * @param active requests under way now
 * @param connections open now, idle ones included
 * @param requests since the start
 * @param errors of these: no connection, no response, or a bad one
 * @param ejections how often it was ejected for failing
 */
public record ServerStatus(
    String name,
    String address,
    int weight,
    String state,
    long active,
    long connections,
    long requests,
    long errors,
    long ejections) {}
