package dev.shunt.integrationtests.harness;

import dev.shunt.ops.lab.Lab;

/** A packet filter on a lab host, for cutting single conversations. */
public final class Packets {

  private static final int TABLE_PORT = 5701;

  private Packets() {}

  /** The shared tables' traffic of a member stops, silently; everything else goes on. */
  public static void blockTables(Lab lab, String member) {
    allowAll(lab, member);
    lab.exec(member, "nft", "add", "table", "inet", "test");
    for (String hook : new String[] {"input", "output"}) {
      lab.exec(
          member,
          "nft",
          "add chain inet test " + hook + " { type filter hook " + hook + " priority 0; }");
      lab.exec(
          member, "nft", "add rule inet test %s tcp sport %d drop".formatted(hook, TABLE_PORT));
      lab.exec(
          member, "nft", "add rule inet test %s tcp dport %d drop".formatted(hook, TABLE_PORT));
    }
  }

  public static void allowAll(Lab lab, String member) {
    // Adding first makes the deletion right whether or not it was there.
    lab.exec(member, "nft", "add table inet test; delete table inet test");
  }
}
