package dev.shunt.ops;

import com.codahale.metrics.MetricRegistry;
import dev.shunt.cluster.Ticker;
import dev.shunt.cluster.jgroups.JGroupsMembership;
import dev.shunt.ops.admin.AdminServer;
import dev.shunt.ops.cli.DaemonStarter;
import dev.shunt.ops.config.ArrayConfig;
import dev.shunt.ops.config.ConfigFile;
import dev.shunt.ops.config.Fingerprint;
import dev.shunt.ops.config.LocalConfig;
import dev.shunt.ops.config.ModuleConfigs;
import dev.shunt.ops.daemon.DaemonControl;
import dev.shunt.ops.daemon.NodeReporter;
import dev.shunt.ops.daemon.WitnessAgent;
import dev.shunt.ops.daemon.WitnessControl;
import dev.shunt.scheduler.xdp.RealTime;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member that only votes: membership and admin API, without node, shared tables and data plane.
 *
 * <p>{@link #close} may be called from any thread and more than once.
 */
public final class WitnessDaemon implements DaemonStarter.Running {

  private static final Logger log = LoggerFactory.getLogger(WitnessDaemon.class);

  private final WitnessAgent agent;
  private final AdminServer admin;
  private final CountDownLatch ended = new CountDownLatch(1);

  private WitnessDaemon(ArrayConfig config, LocalConfig local, String version) {
    Ticker ticker = Ticker.system();
    String fingerprint = Fingerprint.of(config);
    agent =
        new WitnessAgent(
            new JGroupsMembership(
                ModuleConfigs.cluster(config, local), ticker, new SecureRandom(), RealTime::enter),
            Map.of(NodeReporter.VERSION, version, NodeReporter.CONFIG, fingerprint),
            System::currentTimeMillis);
    WitnessControl control =
        new WitnessControl(
            config, local, agent, new DaemonControl.Identity(version, fingerprint), ticker);
    admin = Daemon.adminServer(control, new MetricRegistry(), local, ticker, version);
  }

  /**
   * Puts a witness together and starts it.
   *
   * @throws DaemonException when it cannot start
   */
  public static WitnessDaemon start(ConfigFile file, LocalConfig local, String version)
      throws DaemonException {
    WitnessDaemon daemon = new WitnessDaemon(file.array(), local, version);
    try {
      daemon.agent.start();
      daemon.admin.start();
    } catch (IOException e) {
      daemon.close();
      throw new DaemonException(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      daemon.close();
      throw e;
    }
    log.info("witness {} of array '{}' votes", local.member(), file.array().name());
    return daemon;
  }

  @Override
  public synchronized void close() {
    if (ended.getCount() == 0) {
      return;
    }
    log.info("stopping");
    agent.close();
    admin.close();
    log.info("stopped");
    ended.countDown();
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }
}
