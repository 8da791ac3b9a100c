package dev.shunt.scheduler;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The way that clients' packets of a service take to one of its direct servers.
 *
 * @param server its own address on the data network, by which its Ethernet address is found
 * @param port that is checked at the VIP
 * @param label the target label in front of the packets; 0 for plain frames
 * @param local whether the server is on this very machine, and no packet leaves it
 */
public record VipPath(InetAddress server, InetAddress vip, int port, int label, boolean local) {

  /** Those of all direct servers, by their places in {@link SightReport#SERVERS}. */
  public static List<VipPath> of(SchedulerConfig config) {
    InetAddress self =
        config.members().stream()
            .filter(member -> member.id().equals(config.self()))
            .findFirst()
            .orElseThrow()
            .address();
    List<VipPath> paths = new ArrayList<>();
    for (Service service : config.services()) {
      for (DirectServer server : service.balance().servers()) {
        int label = Target.labelOf(config.members().size() + paths.size());
        if (service.vip().address().getAddress().length > Integer.BYTES) {
          label++;
        }
        InetAddress address = server.check().getAddress();
        paths.add(
            new VipPath(
                address,
                service.vip().address(),
                server.check().getPort(),
                service.balance().labels() ? label : 0,
                address.equals(self)));
      }
    }
    return paths;
  }
}
