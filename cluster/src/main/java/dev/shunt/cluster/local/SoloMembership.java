package dev.shunt.cluster.local;

import dev.shunt.cluster.ClusterConfig;
import dev.shunt.cluster.MemberCalls;
import dev.shunt.cluster.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The membership of an array that is configured with one member: no network, the same lease.
 *
 * <p>Its own vote is a majority, so it is scheduler while it is eligible, one lease after its start
 * at the earliest. The term grows with every start; the last one is kept in a file of the state
 * directory. It never steps down: there is nobody to take over.
 */
public final class SoloMembership extends ElectedMembership {

  static final String TERM_FILE = "solo.term";

  private static final long MAX_TERM = 1L << 40;

  private final ClusterConfig config;
  private final AnswerDesk calls;

  public SoloMembership(ClusterConfig config, Ticker ticker, RandomGenerator random) {
    super(
        new ElectionThread(alone(config), ticker, random::nextLong, (to, message) -> {}, () -> {}));
    this.config = config;
    this.calls = new AnswerDesk(config.self());
  }

  private static ClusterConfig alone(ClusterConfig config) {
    if (config.members().size() != 1) {
      throw new IllegalArgumentException(
          "an array of " + config.members().size() + " members needs a network");
    }
    return config;
  }

  /**
   * @throws IOException if the term cannot be kept in the state directory
   */
  @Override
  public void start(Listener listener) throws IOException {
    long term = nextTerm(config.stateDirectory());
    election.start(listener);
    election.onPresent(Set.of(config.self()));
    election.onRaftRole(() -> new RaftRole(true, term));
  }

  @Override
  public MemberCalls calls() {
    return calls;
  }

  @Override
  public void close() {
    election.close();
  }

  private static long nextTerm(Path directory) throws IOException {
    Path file = directory.resolve(TERM_FILE);
    Files.createDirectories(directory);
    long last = Files.exists(file) ? parse(file, Files.readString(file).strip()) : 0;
    Path written = Files.writeString(directory.resolve(TERM_FILE + ".new"), (last + 1) + "\n");
    Files.move(written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    return last + 1;
  }

  private static long parse(Path file, String text) throws IOException {
    try {
      long term = Long.parseLong(text);
      if (term >= 0 && term < MAX_TERM) {
        return term;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IOException(
        file + ": found '" + text + "', allowed is a number from 0 to " + MAX_TERM);
  }
}
