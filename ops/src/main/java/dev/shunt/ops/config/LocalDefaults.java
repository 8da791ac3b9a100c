package dev.shunt.ops.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What stands in the file but may differ between hosts, or is overridden by flags.
 *
 * @param networkInterface the data interface
 * @param secret where the members' secret is
 * @param adminSocket path of the admin API's Unix socket, {@code {member}} standing for the member
 * @param adminListen loopback address of the read-only admin API; none when empty
 * @param plugins directory of plug-in jars
 */
public record LocalDefaults(
    Optional<String> networkInterface,
    Optional<SecretSource> secret,
    Optional<String> adminSocket,
    Optional<InetSocketAddress> adminListen,
    Optional<Path> plugins) {}
