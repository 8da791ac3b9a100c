package dev.shunt.ops.config;

import dev.shunt.cluster.ClusterSecret;
import dev.shunt.cluster.MemberId;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is this host's own: which member it is, and its paths.
 *
 * @param member this member
 * @param networkInterface the data interface; present wherever a service has a VIP
 * @param secret what members prove to each other; never printed
 * @param stateDirectory where votes are remembered across restarts
 * @param adminSocket the admin API's Unix socket
 * @param adminListen the read-only admin API's loopback address
 * @param warnings what is allowed but hardly meant
 */
public record LocalConfig(
    MemberId member,
    Optional<String> networkInterface,
    Optional<ClusterSecret> secret,
    Path stateDirectory,
    Path adminSocket,
    Optional<InetSocketAddress> adminListen,
    List<String> warnings) {

  /** What a member is called that is the only one and was given no name. */
  public static final String STANDALONE_MEMBER = "local";

  public LocalConfig {
    warnings = List.copyOf(warnings);
  }

  /**
   * Puts the file, the flags and the environment together for a member that carries traffic; reads
   * the secret.
   *
   * @throws ConfigException with everything that does not fit
   */
  public static LocalConfig resolve(ConfigFile file, LocalFlags flags, HostEnvironment environment)
      throws ConfigException {
    return new LocalResolver(file, flags, environment, false).resolve();
  }

  /**
   * The same for a witness, which needs no data interface, and no name where it is the only one.
   *
   * @throws ConfigException with everything that does not fit
   */
  public static LocalConfig resolveWitness(
      ConfigFile file, LocalFlags flags, HostEnvironment environment) throws ConfigException {
    return new LocalResolver(file, flags, environment, true).resolve();
  }
}
