package dev.shunt.node;

/**
 * What one server did.
 *
 * @param server it, and its state now
 * @param requests requests sent to it
 * @param errors of these: no connection, no response, or a bad one
 * @param ejections how often it was ejected, see {@link Ejection}
 * @param active requests under way now
 * @param connections connections open now, idle ones included
 * @param opened connections in all
 * @param bytesOut sent to it
 * @param bytesIn received from it
 */
public record ServerStats(
    Server server,
    long requests,
    long errors,
    long ejections,
    long active,
    long connections,
    long opened,
    long bytesOut,
    long bytesIn) {}
