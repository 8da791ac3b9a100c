package dev.shunt.node;

/**
 * What happened to a service's datagrams. Sessions that were refused are {@link
 * ServiceStats#connectionsRefused}, those without a server {@link ServiceStats#noServer}, and ICMP
 * "port unreachable" of servers {@link ServiceStats#connectFailures}.
 *
 * @param fromClients datagrams that came
 * @param toClients datagrams that were answered with
 * @param bad datagrams that cannot be relayed: from where no answer can go
 * @param dropped datagrams for which the other side's socket had no room
 * @param sendFailed datagrams that the system did not send, too long ones for instance
 * @param noSocket datagrams for whose session there was no socket
 * @param moved sessions that got another server, because theirs was down
 * @param replaced sessions that gave way to others
 * @param idle sessions that ended because nothing came
 * @param tooOld sessions that ended with their lifetime
 */
public record UdpStats(
    long fromClients,
    long toClients,
    long bad,
    long dropped,
    long sendFailed,
    long noSocket,
    long moved,
    long replaced,
    long idle,
    long tooOld) {

  public static final UdpStats NONE = new UdpStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
