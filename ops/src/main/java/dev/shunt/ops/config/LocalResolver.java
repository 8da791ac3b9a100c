package dev.shunt.ops.config;

import dev.shunt.cluster.ClusterSecret;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Decides what is local from file, flags and environment. Used once. */
final class LocalResolver {

  private static final int MAX_SECRET_BYTES = 4096;

  /** {@code sun_path} of {@code sockaddr_un} has 108 bytes, one of them the final NUL. */
  private static final int MAX_SOCKET_PATH = 107;

  private static final Set<PosixFilePermission> OTHERS_READ =
      Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

  private final ConfigFile file;
  private final LocalFlags flags;
  private final HostEnvironment environment;
  private final boolean witness;
  private final List<ConfigError> errors = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /**
   * @param witness whether a witness is to run, and not a member that carries traffic
   */
  LocalResolver(ConfigFile file, LocalFlags flags, HostEnvironment environment, boolean witness) {
    this.witness = witness;
    this.file = file;
    this.flags = flags;
    this.environment = environment;
  }

  LocalConfig resolve() throws ConfigException {
    MemberId member = member();
    LocalConfig local =
        new LocalConfig(
            member,
            networkInterface(),
            file.local().secret().flatMap(this::secret),
            flags
                .stateDirectory()
                .orElseGet(() -> environment.stateDirectory().resolve(member.value())),
            adminSocket(member),
            file.local().adminListen(),
            warnings);
    if (!errors.isEmpty()) {
      throw new ConfigException(errors);
    }
    return local;
  }

  private MemberId member() {
    ArrayConfig array = file.array();
    List<MemberAddress> fit = witness ? array.witnesses() : array.members();
    String names = fit.stream().map(m -> m.id().value()).collect(Collectors.joining(", "));
    MemberId only =
        fit.isEmpty() ? new MemberId(LocalConfig.STANDALONE_MEMBER) : fit.getFirst().id();
    if (witness && fit.isEmpty()) {
      error(
          "array.members",
          "none with witness: true",
          "one at least; shunt run starts a member that carries traffic");
      return only;
    }
    if (flags.member().isEmpty()) {
      if (fit.size() > 1) {
        error("--member", "nothing", "the name of this member: " + names);
      }
      return only;
    }
    String name = flags.member().get();
    if (!name.matches(MemberId.ALLOWED)) {
      error("--member", shown(name), names.isEmpty() ? MemberId.ALLOWED : names);
      return only;
    }
    MemberId member = new MemberId(name);
    checkDuty(member, names);
    return member;
  }

  private void checkDuty(MemberId member, String names) {
    ArrayConfig array = file.array();
    if (array.isStandalone()) {
      return;
    }
    boolean known = array.voters().stream().anyMatch(m -> m.id().equals(member));
    if (!known) {
      error("--member", shown(member.value()), "one of array.members: " + names);
    } else if (array.isWitness(member) != witness) {
      error(
          "--member",
          shown(member.value()) + (witness ? ", which carries traffic" : ", a witness"),
          witness
              ? "one with witness: true: %s; shunt run --member %s starts this one"
                  .formatted(names, member)
              : "one without witness: true: %s; shunt witness --member %s starts this one"
                  .formatted(names, member));
    }
  }

  private Optional<String> networkInterface() {
    Optional<String> name = flags.networkInterface().or(() -> file.local().networkInterface());
    if (name.isPresent() && ArrayReader.INTERFACE.parse(name.get()).isEmpty()) {
      error("--interface", shown(name.get()), ArrayReader.INTERFACE.allowed());
    }
    if (name.isEmpty() && file.array().hasVips() && !witness) {
      error(
          "array.interface",
          "nothing",
          "the data interface, here or as --interface, for a service has a vip");
    }
    return name;
  }

  private Path adminSocket(MemberId member) {
    Path socket =
        flags
            .adminSocket()
            .or(() ->
                file.local().adminSocket().map(p -> Path.of(p.replace("{member}", member.value()))))
            .orElseGet(() -> environment.runtimeDirectory().resolve(member + ".sock"))
            .toAbsolutePath();
    int bytes = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_SOCKET_PATH) {
      error(
          flags.adminSocket().isPresent() ? "--socket" : "admin.socket",
          "a path of " + bytes + " bytes",
          "a path of at most " + MAX_SOCKET_PATH + " bytes, for that is all a Unix socket takes");
    }
    return socket;
  }

  private Optional<ClusterSecret> secret(SecretSource source) {
    return switch (source) {
      case SecretSource.InFile(Path path) -> secretFile(path);
      case SecretSource.InEnvironment(String variable) ->
          environment
              .variable(variable)
              .map(v -> v.getBytes(StandardCharsets.UTF_8))
              .or(() -> {
                String allowed = "the environment variable " + variable + " with the secret";
                error("array.secret_env", "nothing in it", allowed);
                return Optional.empty();
              })
              .flatMap(bytes -> secret("array.secret_env", bytes));
    };
  }

  private Optional<ClusterSecret> secretFile(Path path) {
    Path resolved = file.path().toAbsolutePath().resolveSibling(path);
    try (InputStream in = Files.newInputStream(resolved)) {
      byte[] bytes = in.readNBytes(MAX_SECRET_BYTES + 1);
      if (bytes.length > MAX_SECRET_BYTES) {
        error(
            "array.secret_file",
            resolved + " is larger than " + MAX_SECRET_BYTES + " bytes",
            "at most that");
        return Optional.empty();
      }
      warnIfReadable(resolved);
      return secret("array.secret_file", withoutNewline(bytes));
    } catch (NoSuchFileException e) {
      error("array.secret_file", "no file " + resolved, "a file that holds the secret");
    } catch (IOException e) {
      error("array.secret_file", resolved + " cannot be read", "a file this user may read");
    }
    return Optional.empty();
  }

  private Optional<ClusterSecret> secret(String key, byte[] bytes) {
    if (bytes.length < ClusterSecret.MIN_BYTES) {
      error(
          key,
          "a secret of " + bytes.length + " bytes",
          "at least " + ClusterSecret.MIN_BYTES + " bytes");
      return Optional.empty();
    }
    return Optional.of(new ClusterSecret(bytes));
  }

  private void warnIfReadable(Path path) throws IOException {
    try {
      if (Files.getPosixFilePermissions(path).stream().anyMatch(OTHERS_READ::contains)) {
        warnings.add("array.secret_file: " + path + " can be read by every user; chmod 600 it");
      }
    } catch (UnsupportedOperationException _) {
      // A file system without POSIX permissions has nothing to warn about.
    }
  }

  private void error(String key, String found, String allowed) {
    errors.add(new ConfigError(file.path().toString(), 0, 0, key, found, allowed, ""));
  }

  private static String shown(String text) {
    return "'" + Value.printable(text, 60) + "'";
  }

  private static byte[] withoutNewline(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
      end--;
    }
    return Arrays.copyOf(bytes, end);
  }
}
